import type { Family, ProbeSet, Strategy } from '../../universal/index.ts';

/** The strategy within what the user allows: an earlier end of each report, one IP version. */
export function narrow(strategy: Strategy, { timeoutMs = Infinity, family }: { readonly timeoutMs?: number; readonly family?: Family }): Strategy {
  return {
    ...strategy,
    plan(state, context) {
      const plan = strategy.plan(state, context);
      return { ...plan, timeoutMs: Math.min(plan.timeoutMs, timeoutMs), sets: ofFamily(plan.sets, family) };
    },
    next(state, progress) {
      const follow = strategy.next(state, progress);
      return follow.add ? { ...follow, add: ofFamily(follow.add, family) } : follow;
    },
  };
}

/** A first plan asks both versions whatever the machine has, to find out; a connection takes the one that the platform likes. */
const ofFamily = (sets: readonly ProbeSet[], family: Family | undefined): ProbeSet[] =>
  sets.flatMap((set) => (family === undefined ? set : (set.family ?? family) === family ? { ...set, family } : []));
