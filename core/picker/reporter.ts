import type { Clock } from '../clock.ts';
import type { Listener, PickerEvent } from '../events.ts';
import type { Context } from '../model/context.ts';
import type { Decision } from '../model/decision.ts';
import { present } from '../model/present.ts';
import type { Report } from '../model/report.ts';
import type { Strategy } from '../model/strategy.ts';
import type { Runner } from '../probe/run.ts';
import type { Ledger } from './budget.ts';
import type { StartChecks } from './checks.ts';
import type { PriorKeeper } from './prior.ts';
import { isNews, provisional } from './provisional.ts';
import { createTimingTracker, type Timing } from './timing.ts';

/** One report from plan to decision. */
export interface ReportOptions<S> {
  readonly strategy: Strategy<S>;
  readonly state: S;
  readonly context: Context;
  readonly runner: Runner;
  readonly startChecks?: StartChecks;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly mapSource?: string;
  readonly ledger: Pick<Ledger, 'take' | 'giveBack'>;
  readonly prior: Pick<PriorKeeper, 'now' | 'arrived'>;
  osHasIpv6(): Promise<boolean | undefined>;
  /** The context with the life signs and connection states of this moment. */
  contextNow(): Context;
  /** A provisional decision that differs from the one before. */
  onProvisional(decision: Decision, report: Report, atMs: number): void;
  readonly emit: Listener<PickerEvent>;
}

export interface ReportOutcome<S> {
  readonly state: S;
  readonly report: Report;
  readonly decision: Decision;
  readonly timing: Timing;
  /** What `choose` saw. */
  readonly context: Context;
}

export async function makeReport<S>(options: ReportOptions<S>): Promise<ReportOutcome<S>> {
  const { strategy, state, context, clock, signal, emit } = options;
  const began = clock.now();
  const timing = createTimingTracker();
  let published: Decision | undefined;

  const { prior: _prior, priorDue: _due, ...settled } = context;
  const plan = strategy.plan(state, context);
  emit({ type: 'started', at: context.now, full: plan.full, context, state, restarted: context.network?.changed === true });
  const checks = options.startChecks?.({
    map: context.map, full: plan.full, clock, signal,
    onError: (check, error) => emit({ type: 'note', at: context.now, code: `check-${check}`, message: String(error) }),
  });
  const osHasIpv6 = options.osHasIpv6().catch(() => undefined);

  const annotated = (report: Report, seen: Context): Report => strategy.annotate?.(state, report, seen) ?? report;

  function consider(raw: Report): void {
    checks?.onProgress(raw);
    if (timing.moments().firstAnswerMs === undefined) return;
    const seen = { ...options.contextNow(), now: raw.at };
    const report = annotated(raw, seen);
    const decision = provisional(strategy, state, report, seen);
    // Its home may stand from before; that it answered is news of its own.
    const isFirstMeasured = timing.moments().decisionMs === undefined && (report.regions[decision.home ?? '']?.samples ?? 0) > 0;
    if (!isFirstMeasured && !isNews(published, decision)) return;
    published = decision;
    timing.published(report.durationMs, decision, report);
    options.onProvisional(decision, report, report.durationMs);
  }

  try {
    const result = await options.runner.run({
      plan, context, signal,
      budget: options.ledger,
      strategy: strategy.name,
      next: (progress) => strategy.next(state, { ...progress, context: { ...settled, ...options.prior.now() } }),
      arrived: context.priorDue && options.prior.arrived,
      onProgress: consider,
      onEvent(event) {
        if (event.type === 'sample') timing.answered(event.atMs);
        emit(event);
      },
    });
    // What the latencies say is known now; the checks may take a while yet.
    consider(result.report);
    const findings = await checks?.finish();
    signal.throwIfAborted();
    const v6 = await osHasIpv6;
    const totalMs = clock.now() - began;
    const seen = { ...options.contextNow(), now: context.now + totalMs };
    const report: Report = withBudgetNote(annotated(present({ ...result.report, ...findings, at: seen.now, durationMs: totalMs, osHasIpv6: v6, mapSource: options.mapSource }), seen));
    const { state: next, decision } = strategy.choose(state, report, seen);
    timing.published(totalMs, decision, report);
    return {
      state: next, report, decision, context: seen,
      timing: { ...timing.moments(), totalMs, packetsSent: result.udp.packets, bytesSent: result.udp.bytes, estimated: result.estimated },
    };
  } finally {
    await checks?.finish();
  }
}

/** Says that the budget kept regions from being asked. */
function withBudgetNote(report: Report): Report {
  const unasked = Object.values(report.regions).filter(({ skipped }) => skipped === 'budget').map(({ code }) => code);
  if (unasked.length === 0) return report;
  return { ...report, notes: [...report.notes, { code: 'budget', message: `the budget for this hour is used up: ${unasked.length} of ${Object.keys(report.regions).length} regions were not asked` }] };
}
