import type { Strategy } from '../model/strategy.ts';
import { netcheck } from '../strategy/netcheck/netcheck.ts';

/**
 * The strategy's choice on netcheck's plan and pace: what all rules have in common is then left out of the comparison. The
 * full reports are netcheck's too.
 */
export function choiceAlone(strategy: Strategy): Strategy {
  const plans = netcheck();
  interface State { readonly own: unknown; readonly lastFullAt?: number }
  const planState = (state: State): ReturnType<typeof plans.start> => ({ ...plans.start(), ...(state.lastFullAt !== undefined && { lastFullAt: state.lastFullAt }) });
  const alone: Strategy<State> = {
    name: strategy.name,
    start: () => ({ own: strategy.start() }),
    full: (state, context) => plans.full(planState(state), context),
    plan: (state, context) => plans.plan(planState(state), context),
    next: (state, progress) => plans.next(planState(state), progress),
    choose(state, report, context) {
      const { state: own, decision } = strategy.choose(state.own, report, context);
      const lastFullAt = report.full ? report.at - report.durationMs : state.lastFullAt;
      return { state: { own, ...(lastFullAt !== undefined && { lastFullAt }) }, decision };
    },
    wait: (state, decision, context) => plans.wait(planState(state), decision, context),
  };
  return alone as Strategy;
}
