import type { Strategy } from '../../model/strategy.ts';
import { inFull } from '../in-full.ts';
import { choose } from './choose.ts';
import { waitMs, waitSpreadMs } from './constants.ts';
import { edition2022, edition2026 } from './edition.ts';
import { full } from './full.ts';
import { next } from './next.ts';
import { plan } from './plan.ts';
import { start, type NetcheckState } from './state.ts';

/**
 * Tailscale's netcheck to the letter: its planner, its stop rule and its choice, as of December 2022 (v1.34.0) or of 2026
 * (v1.102.0). Held to vectors made by its own code.
 *
 * It remembers its last choice itself and takes life signs from `context.heard`. The edition of 2026 takes its forced region
 * from `preferences.pin`, and its region scores from `latencyFactor` of the map and of the preferences. Other preferences,
 * priors, budgets and connection states do not exist in netcheck and are ignored.
 *
 * Where it is not the letter: regions that are no home are left alone in the edition of 2022 too, which did not know the
 * flag; latencies of relays that left the map or were replaced are forgotten; a history of more than 512 reports is
 * thinned; over HTTPS a region's next node is tried after 1.5 s, however soon the one before failed; ties go to the lower
 * id, where Go's map order decides.
 */
export function netcheck({ edition: year = 2026 }: { readonly edition?: 2022 | 2026 } = {}): Strategy<NetcheckState> {
  const edition = year === 2022 ? edition2022 : edition2026;
  return {
    name: edition.name,
    start,
    full,
    plan: (_state, context) => plan(edition, context),
    next: (_state, progress) => next(edition, inFull(progress)),
    choose: (state, report, context) => choose(edition, state, report, context),
    wait: (_state, _decision, { chance }) => waitMs + chance * waitSpreadMs,
  };
}

export type { NetcheckState } from './state.ts';
export { bestRecent } from './history.ts';
