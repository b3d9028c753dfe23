import { clientKey } from './client.ts';
import type { EdgeDeps } from './deps.ts';
import { Problem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';

/** Wrong tokens: so many at once, then one every ten seconds, from one client. */
const wrongTokens = { burst: 10, everyMs: 10_000 };

/** Paths that only the owner may read. */
export const isGuarded = (path: string): boolean => path === '/v1/fleet' || path === '/metrics' || path.startsWith('/v1/doctor/');

/**
 * Lets the owner through (RFC 6750): throws a `Problem` 401, 403 or 429 for anybody else. Who has guessed too often is not
 * heard, even with the right token: else guesses would go on behind the 429. The right one itself counts as no guess.
 */
export function createGuard(deps: Pick<EdgeDeps, 'access' | 'clientOf' | 'wall'>): (request: Request) => void {
  const limit = createRateLimit(wrongTokens);
  return (request) => {
    const access = typeof deps.access === 'function' ? deps.access(request) : deps.access;
    if (access === 'open') return;
    if (access === 'closed') throw new Problem(403, 'closed: its owner has set neither FLEET_TOKEN nor PUBLIC_FLEET=1');
    const given = tokenIn(request);
    if (given !== undefined) {
      const client = clientKey(deps.clientOf(request));
      const waitMs = limit.look(client, deps.wall());
      if (waitMs > 0) throw new Problem(429, 'too many wrong tokens', { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } });
      if (areEqual(given, access.token)) return;
      limit.take(client, deps.wall());
    }
    throw new Problem(401, 'wants the fleet token as a bearer token', { headers: { 'www-authenticate': 'Bearer realm="fleet"' } });
  };
}

const tokenIn = ({ headers }: Request): string | undefined => /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];

/**
 * Takes as long whatever the two have in common: how long `given` is, and nothing else, decides. No promise: between the look at
 * the limit and the count of a wrong one nobody else has a turn.
 */
function areEqual(given: string, token: string): boolean {
  let difference = given.length ^ token.length;
  for (let at = 0; at < given.length; at++) difference |= given.charCodeAt(at) ^ token.charCodeAt(at % token.length);
  return difference === 0;
}
