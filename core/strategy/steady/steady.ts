import { decisionOf } from '../../choice/decision-of.ts';
import { withWantedNodes } from '../../choice/nodes.ts';
import { sureOf } from '../../choice/sure.ts';
import type { Context } from '../../model/context.ts';
import type { Decision } from '../../model/decision.ts';
import type { Mutable } from '../../model/mutable.ts';
import { own } from '../../model/own.ts';
import { answered, type Report } from '../../model/report.ts';
import type { Progress, Strategy } from '../../model/strategy.ts';
import { inFull } from '../in-full.ts';
import { full } from '../netcheck/full.ts';
import { annotate } from './annotate.ts';
import { choose } from './choose.ts';
import { lowOf } from './intervals.ts';
import { next } from './next.ts';
import { waitFor } from './pace.ts';
import { plan } from './plan.ts';
import { learnPlan, leftOutBy, startPlan, type PlanState } from './plan-state.ts';
import { start, type SteadyState as ChoiceState } from './state.ts';

/** What `steady` remembers from report to report: of the choice, and of the plan. JSON, of bounded size. */
export interface SteadyState extends ChoiceState {
  readonly plan?: PlanState;
}

/**
 * Moves less and sits nearer than netcheck: a home is left only for a region that was nearer in the same reports, often
 * enough and by enough. What it sends, and when it stops: `docs/strategies.md`.
 */
export function steady({ spread = false }: { readonly spread?: boolean } = {}): Strategy<SteadyState> {
  return {
    name: 'steady',
    options: spread ? { spread } : {},
    start,
    // What looks like another network is measured whole at once.
    full: (state, context) => state.unsettled === true || full(state, context),
    plan: (state, context) => plan(knownOf(state, context), withWantedNodes(context), leftOutBy),
    next: (state, progress) => next(knownOf(state, progress.context), onWantedNodes(inFull(progress)), leftOutBy),
    annotate: (state, report, context) => annotate(knownOf(state, context), report, context),
    choose(state, report, context) {
      const known = knownOf(state, context);
      const chosen = unasked(state, report, context) ?? choose(state, report, context, { spread, lowOf: (id) => lowOf(known.intervals, id) });
      const next: Mutable<SteadyState> = { ...chosen.state };
      next.plan = report.partial ? known : learnPlan(known, report, context, chosen, state.hosts);
      return { state: next, decision: chosen.decision };
    },
    wait: (state, decision, context) => waitFor(knownOf(state, context), decision, context),
  };
}

/** What is to be asked knows the wanted nodes alone. */
function onWantedNodes(progress: Progress): Progress {
  const context = withWantedNodes(progress.context);
  return context === progress.context ? progress : { ...progress, context };
}

/** A home that the budget left no probe for stays: that it did not answer says nothing. */
function unasked(state: SteadyState, report: Report, context: Context): { readonly state: SteadyState; readonly decision: Decision } | undefined {
  const { home, named: previous } = state;
  if (home === undefined || report.regions[home]?.skipped !== 'budget' || context.home?.alive === false) return undefined;
  const { recent } = knownOf(state, context);
  const sure = sureOf(context, { report, home, known: (id) => own(recent, id), bounds: state.bounds });
  const decision = decisionOf(context.map, { home, previous, changed: home !== previous, state: 'settled', sure, ageMs: context.last ? report.at - context.last.at : 0, reason: 'not-asked' });
  return { state: { ...state, named: home }, decision };
}

/** A state of an older version has less in it; one of before there was a plan has the last report. */
function knownOf({ plan: known }: SteadyState, { last }: Context): PlanState {
  return known && parts.every((part) => part in known) ? known : { ...startPlan(), ...(known ?? { recent: Object.fromEntries(last ? answered(last) : []) }) };
}

const parts = Object.keys(startPlan());
