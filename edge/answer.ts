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

/** On every answer: it is what its type says, whatever a browser would guess. */
const always = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

/** A widget on any page may read what is not guarded; nothing here depends on who the visitor is. */
const forAnyPage = { ...always, 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };
const forOwner = { ...always, 'cross-origin-resource-policy': 'same-origin' };

/** The headers that an answer on this path has whatever it says. */
export const headersFor = (path: string): Readonly<Record<string, string>> => (isGuarded(path) ? forOwner : forAnyPage);

interface AnswerOptions {
  readonly cache: string;
  readonly type?: string;
  readonly status?: 200 | 202 | 204 | 304;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer with all its headers at once: setting them later would cost a copy. */
export function answer(c: EdgeContext, body: string | null, { cache: cacheControl, type, status = 200, headers }: AnswerOptions): Response {
  const all = { ...headersFor(c.req.path), ...(type !== undefined && body !== null && { 'content-type': type }), 'cache-control': cacheControl, ...headers };
  return new Response(body, { status, headers: all });
}

export const answerJson = (c: EdgeContext, body: unknown, options: Omit<AnswerOptions, 'type'>): Response =>
  answer(c, JSON.stringify(body), { ...options, type: 'application/json; charset=utf-8' });

/** An error (RFC 9457). No cache keeps it. */
export const answerProblem = (c: EdgeContext, problem: Problem): Response =>
  new Response(problemBody(problem), { status: problem.status, headers: { ...headersFor(c.req.path), 'content-type': 'application/problem+json', 'cache-control': cache.never, ...problem.headers } });
