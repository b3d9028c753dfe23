import type { RelayNode } from '../../core/model/map.ts';
import type { ProbeSet } from '../../core/model/plan.ts';
import type { Follow, Progress } from '../../core/model/strategy.ts';

/**
 * What a strategy says, and beside it: a relay that TCP may not connect to is asked by HTTPS. Workers refuse Cloudflare's own
 * ranges, where `fetch` does get through. Silence is no refusal: after `patienceMs` the relay is dead.
 */
export function fetchInstead(follow: Follow, { sets, sent, elapsedMs, context }: Progress, canFetch: (node: RelayNode) => boolean, patienceMs: number): Follow {
  const add = sent.flatMap(({ set, node: name, atMs, failedMs }): ProbeSet[] => {
    const { region, kind } = sets[set] ?? {};
    if (region === undefined || kind !== 'tcp' || failedMs === undefined || failedMs - atMs >= patienceMs) return [];
    const node = context.map.regions.find(({ id }) => id === region)?.nodes.find((one) => one.name === name);
    if (!node || !canFetch(node) || sets.some((other) => other.region === region && other.kind === 'https')) return [];
    return [{ region, kind: 'https', probes: [{ node: name, delayMs: elapsedMs }] }];
  });
  return add.length > 0 ? { ...follow, stop: undefined, add: [...(follow.add ?? []), ...add] } : follow;
}
