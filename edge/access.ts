import { clientKey } from './client.ts';
import type { Access, EdgeDeps } from './deps.ts';
import { Problem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';

/** Wrong tokens: so many at once, then one every ten seconds, from one client. */
const wrongTokens = { burst: 10, everyMs: 10_000 };

/** Paths that only the owner may read. */
export const isGuarded = (path: string): boolean => path === '/v1/fleet' || path === '/metrics' || path.startsWith('/v1/doctor/');

/** Lets the owner through (RFC 6750): throws a `Problem` 401, 403 or 429 for anybody else. */
export function createGuard(deps: Pick<EdgeDeps, 'access' | 'clientOf' | 'wall'>): (request: Request) => Promise<void> {
  const limit = createRateLimit(wrongTokens);
  return async (request) => {
    const access = typeof deps.access === 'function' ? deps.access(request) : deps.access;
    if (access === 'open') return;
    if (access === 'closed') throw new Problem(403, 'closed: its owner has set neither FLEET_TOKEN nor PUBLIC_FLEET=1');
    if (await isToken(request, access)) return;
    const waitMs = limit.take(clientKey(deps.clientOf(request)), deps.wall());
    if (waitMs > 0) throw new Problem(429, 'too many wrong tokens', { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } });
    throw new Problem(401, 'wants the fleet token as a bearer token', { headers: { 'www-authenticate': 'Bearer realm="fleet"' } });
  };
}

async function isToken({ headers }: Request, { token }: Exclude<Access, string>): Promise<boolean> {
  const [, given] = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '') ?? [];
  return token !== '' && given !== undefined && (await areEqual(given, token));
}

/** Takes as long whatever the two have in common: digests of one length are compared, all of them. */
async function areEqual(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([a, b].map(async (text) => new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))));
  let difference = 0;
  for (const [index, byte] of (left ?? []).entries()) difference |= byte ^ (right?.[index] ?? 0);
  return difference === 0;
}
