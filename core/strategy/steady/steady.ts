import type { Strategy } from '../../model/strategy.ts';
import { waitMs, waitSpreadMs } from '../netcheck/constants.ts';
import { full } from '../netcheck/full.ts';
import { choose } from './choose.ts';
import { next } from './next.ts';
import { plan } from './plan.ts';
import { start, type SteadyState } from './state.ts';

/**
 * Moves less and sits nearer than netcheck: a home is left only for a region that was nearer in the same reports, often
 * enough and by enough. It plans and paces as netcheck does; in addition it asks regions that speak no UDP from the start,
 * does not stop while one of those could still be nearer, and turns to HTTPS after 0.7 s of silence over UDP instead of 3.
 */
export function steady({ spread = false }: { readonly spread?: boolean } = {}): Strategy<SteadyState> {
  return {
    name: 'steady',
    options: spread ? { spread } : {},
    start,
    // What looks like another network is measured whole at once.
    full: (state, context) => state.unsettled === true || full(state, context),
    plan: (_state, context) => plan(context),
    next: (_state, progress) => next(progress),
    choose: (state, report, context) => choose(state, report, context, { spread }),
    wait: (_state, _decision, { chance }) => waitMs + chance * waitSpreadMs,
  };
}

export type { SteadyState } from './state.ts';
