import type { Context } from '../model/context.ts';
import { isUdpKind, type Kind } from '../model/kind.ts';
import type { NodeName, RegionId, RelayNode } from '../model/map.ts';
import type { Mutable } from '../model/mutable.ts';
import type { ProbePlan, ProbeSet } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import type { Follow, Progress, Sent, StopReason } from '../model/strategy.ts';
import { costOf, type Cost } from './cost.ts';
import { createBucket, type Pace } from './pace.ts';
import { createSchedule } from './schedule.ts';
import { createTally } from './tally.ts';
import type { Transport } from './transport.ts';

/** A node that can be asked, and by which kind: another than the set's where a `fake` stands in. */
export interface Reach {
  readonly node: RelayNode;
  readonly kind: Kind;
}

/** A probe that went out. */
export interface Probe<R extends Reach> {
  readonly set: ProbeSet;
  readonly reach: R;
  /** Its place in the report's list, where what becomes of it is written. */
  readonly entry: Mutable<Sent>;
}

export interface CourseOptions<R extends Reach> {
  readonly plan: ProbePlan;
  readonly context: Context;
  /** The strategy's name, for the report. */
  readonly strategy: string;
  readonly pace: Pace;
  /** Since the report began. */
  elapsedMs(): number;
  next(progress: Progress): Follow;
  /** How the node can be asked; undefined: not at all. */
  reach(set: ProbeSet, node: NodeName): R | undefined;
  /** Sends it. What becomes of it is told to `answered` or `failed`, later, once. */
  send(probe: Probe<R>): void;
  readonly late?: Transport['late'] | undefined;
  /** Books what a probe costs before it is sent. */
  readonly budget?: Budget | undefined;
  /** Called in each turn with the report as it stands. */
  onProgress?: ((report: Report) => void) | undefined;
}

export interface Budget {
  take(cost: Cost): boolean;
  giveBack(cost: Cost): void;
}

/** What a report came to. */
export interface CourseResult {
  readonly report: Report;
  readonly udp: Cost;
  /** Of other kinds than UDP, by a table. */
  readonly estimated: Cost;
}

/** Either the report is over, or it is turned again: when a probe is answered or has failed, and at `untilMs`; -Infinity: at once. */
type Turn = { readonly stop: StopReason } | { readonly stop?: undefined; readonly untilMs: number };

/** A report on its way, without clock or socket: whoever holds it turns it, and tells it what became of its probes. */
export interface Course<R extends Reach> {
  /** Asks `next`, and sends what is due. */
  turn(): Turn;
  answered(probe: Probe<R>, sample: Sample): void;
  /** `wasSent`: something left this machine. */
  failed(probe: Probe<R>, wasSent: boolean): void;
  /** It is over: what fails from now on was cut off. */
  end(): void;
  result(): CourseResult;
}

/** Sums of ms end up a hair short: `next` would be asked before its time again and again, and time stand still. */
const hairMs = 1e-6;

/** A probe without an answer after so many round trips of its region is lost, not late. */
const cutOffFactor = 3;

export function createCourse<R extends Reach>(options: CourseOptions<R>): Course<R> {
  const { plan, context, pace, budget, elapsedMs } = options;
  const schedule = createSchedule(plan.sets);
  const skipped = { ...plan.skipped };
  const tally = createTally({ map: context.map, startedAt: context.now, full: plan.full, strategy: options.strategy, skipped, late: options.late });
  for (const { region } of plan.sets) tally.planned(region);
  const bucket = createBucket(pace);
  const sent: Probe<R>['entry'][] = [];
  const underWay = new Map<Kind, number>();
  const udp = { packets: 0, bytes: 0 };
  const estimated = { packets: 0, bytes: 0 };
  let isOver = false;

  const hasRoom = (kind: Kind): boolean => (underWay.get(kind) ?? 0) < (isUdpKind(kind) ? pace.maxUdp : pace.maxOther);
  const priceOf = (kind: Kind, { reach, set }: Pick<Probe<R>, 'reach' | 'set'>): Cost => costOf(kind, reach.node, set.family);

  function progressNow(due?: Progress['due']): Progress {
    const atMs = elapsedMs();
    const progress = { plan, elapsedMs: atMs, sets: schedule.sets, over: schedule.over, sent, report: tally.report(atMs, schedule.isOpen), context };
    return due ? { ...progress, due } : progress;
  }

  function follow({ add = [], drop = [] }: Follow): void {
    for (const set of add) {
      schedule.add(set);
      tally.planned(set.region);
    }
    for (const index of drop) schedule.end(index);
  }

  function send(index: number, set: ProbeSet, reach: R): void {
    const entry = { set: index, node: reach.node.name, atMs: elapsedMs() };
    sent.push(entry);
    tally.sent(set.region, reach.kind, entry.atMs);
    underWay.set(set.kind, (underWay.get(set.kind) ?? 0) + 1);
    options.send({ set, reach, entry });
  }

  /** It went over the wire. */
  function spend(kind: Kind, probe: Probe<R>): void {
    const { packets, bytes } = priceOf(kind, probe);
    const sum = isUdpKind(kind) ? udp : estimated;
    sum.packets += packets;
    sum.bytes += bytes;
    if (isUdpKind(kind) && probe.set.family) tally.canSend(probe.set.family);
  }

  const arrive = ({ kind }: ProbeSet): void => void underWay.set(kind, (underWay.get(kind) ?? 1) - 1);

  /** What the report's end cut off counts as lost unless its region answered and it was asked too lately to tell. */
  function isOverdue(region: RegionId, { atMs }: Sent): boolean {
    const latencyMs = tally.latencyMs(region);
    return latencyMs === undefined || elapsedMs() - atMs > cutOffFactor * latencyMs;
  }

  return {
    turn() {
      const progress = progressNow();
      options.onProgress?.(progress.report);
      const step = options.next(progress);
      follow(step);
      let stop = step.stop ?? (progress.elapsedMs >= plan.timeoutMs ? 'timeout' : undefined);
      let wakeMs = step.wakeMs ?? Infinity;
      let pacedMs = Infinity;
      let isChanged = false;
      for (let due = schedule.due(elapsedMs(), hasRoom); stop === undefined && due; due = schedule.due(elapsedMs(), hasRoom)) {
        const reach = options.reach(due.set, due.node);
        if (!reach) {
          skipped[due.set.region] ??= 'impossible';
          schedule.skip(due);
          isChanged = true;
          continue;
        }
        if (due.delayMs > 0) {
          const delayed = options.next(progressNow({ set: due.index, probe: due.probe }));
          follow(delayed);
          ({ stop } = delayed);
          wakeMs = Math.min(wakeMs, delayed.wakeMs ?? Infinity);
          if (delayed.skip) schedule.end(due.index);
          if (stop !== undefined || schedule.over[due.index]) continue;
        }
        if (!bucket.take(elapsedMs())) {
          pacedMs = bucket.readyMs();
          break;
        }
        if (budget?.take(priceOf(reach.kind, { reach, set: due.set })) === false) {
          skipped[due.set.region] = 'budget';
          schedule.skip(due);
          isChanged = true;
          continue;
        }
        schedule.sent(due);
        send(due.index, due.set, reach);
      }
      if (stop !== undefined) return { stop };
      if (isChanged) return { untilMs: -Infinity };
      const nowMs = elapsedMs();
      return { untilMs: Math.max(nowMs + hairMs, Math.min(plan.timeoutMs, wakeMs, schedule.nextDueMs(nowMs), pacedMs)) };
    },
    answered(probe, sample) {
      probe.entry.answeredMs = elapsedMs();
      arrive(probe.set);
      spend(sample.kind, probe);
      tally.answered(probe.set.region, sample, probe.entry.atMs, elapsedMs());
      schedule.answered(probe.entry.set);
    },
    failed(probe, wasSent) {
      const { set, reach: { kind }, entry } = probe;
      entry.failedMs = elapsedMs();
      arrive(set);
      if (wasSent) {
        spend(kind, probe);
      } else {
        budget?.giveBack(priceOf(kind, probe));
        tally.notSent(set.region, kind, entry.atMs);
      }
      if (!isOver || isOverdue(set.region, entry)) tally.lost(set.region, kind);
      schedule.failed(entry.set);
    },
    end() {
      isOver = true;
    },
    result: () => ({ report: tally.report(elapsedMs()), udp, estimated }),
  };
}
