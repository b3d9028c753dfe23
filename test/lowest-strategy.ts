import { answered } from '../core/model/report.ts';
import type { Strategy } from '../core/model/strategy.ts';

/** The plainest strategy: asks every region once, takes the lowest, remembers how often it was asked to choose. */
export function lowest(options: { readonly waitMs?: number; readonly sure?: number } = {}): Strategy<{ readonly choices: number; readonly home?: string }> {
  return {
    name: 'lowest',
    start: () => ({ choices: 0 }),
    full: (_state, context) => context.full || !context.last,
    plan: (_state, { full, map }) => ({ full, timeoutMs: 1_000, skipped: {}, sets: map.regions.map(({ id, nodes }) => ({ region: id, kind: 'stun', family: 4, probes: nodes.slice(0, 1).map(({ name }) => ({ node: name, delayMs: 0 })) })) }),
    next: (_state, { over }) => (over?.every(Boolean) ? { stop: 'enough' } : {}),
    choose(state, report) {
      const best = answered(report).sort((a, b) => a[1] - b[1])[0]?.[0];
      const changed = best !== state.home;
      return {
        state: { choices: state.choices + 1, ...(best !== undefined && { home: best }) },
        decision: { ...(best !== undefined && { home: best }), ...(state.home !== undefined && { previous: state.home }), changed, state: best === undefined ? 'failing' : 'settled', sure: options.sure ?? 0.9, ageMs: 0, reason: best === undefined ? 'no-answer' : 'nearest', why: {}, equals: [], sentence: `home ${best}` },
      };
    },
    wait: () => options.waitMs ?? 20_000,
  };
}
