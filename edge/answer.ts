import type { EdgeContext } from './edge.ts';
import { isGuarded } from './access.ts';
import { problemBody, type Problem } from './problem.ts';

/**
 * How long an answer may be kept. What depends on where the client is, or on which location serves it, is `private`: a cache
 * between would hand it to clients elsewhere.
 */
export const cache = {
  never: 'no-store',
  /** Asked for again each time, and not sent again if it is the same. */
  check: 'no-cache',
  map: 'public, max-age=60',
  page: 'public, max-age=300',
  api: 'public, max-age=3600',
  here: (maxAgeMs: number): string => `private, max-age=${Math.max(0, Math.floor(maxAgeMs / 1_000))}`,
} as const;

/**
 * The headers that an answer on this path has whatever it says: it is what its type says, whatever a browser would guess. A
 * widget on any page may read what is not guarded; nothing there depends on who its visitor is.
 */
const headersFor = (path: string): Record<string, string> => (isGuarded(path)
  ? { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin' }
  : { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'cross-origin', 'access-control-allow-origin': '*' });

export const jsonType = 'application/json; charset=utf-8';

interface AnswerOptions {
  readonly cache: string;
  readonly type?: string;
  readonly status?: 200 | 202 | 204 | 304;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer with all its headers at once: setting them later would cost a copy. */
export function answer(c: EdgeContext, body: string | null, { cache: cacheControl, type, status = 200, headers }: AnswerOptions): Response {
  const all = headersFor(c.req.path);
  if (type !== undefined && body !== null) all['content-type'] = type;
  all['cache-control'] = cacheControl;
  return new Response(body, { status, headers: headers ? Object.assign(all, headers) : all });
}

export const answerJson = (c: EdgeContext, body: unknown, options: Omit<AnswerOptions, 'type'>): Response =>
  answer(c, JSON.stringify(body), { ...options, type: jsonType });

/** An error (RFC 9457). No cache keeps it, and a page elsewhere may read when to ask again. */
export const answerProblem = (c: EdgeContext, problem: Problem): Response =>
  new Response(problemBody(problem), { status: problem.status, headers: { ...headersFor(c.req.path), 'content-type': 'application/problem+json', 'cache-control': cache.never, ...(problem.headers['retry-after'] !== undefined && !isGuarded(c.req.path) && { 'access-control-expose-headers': 'retry-after' }), ...problem.headers } });
