import type { Clock } from '../clock.ts';
import { ConcurrentRunError, ProbeFailure } from '../errors.ts';
import type { Listener, ProbeEvent } from '../events.ts';
import { isUdpKind, type Kind } from '../model/kind.ts';
import type { Context } from '../model/context.ts';
import { regionById, type RegionId, type RelayNode } from '../model/map.ts';
import type { ProbePlan, ProbeSet } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import type { Follow, Progress, Sent, StopReason } from '../model/strategy.ts';
import { costOf, type Cost } from './cost.ts';
import { createBucket, defaultPace, type Pace } from './pace.ts';
import { createSchedule } from './schedule.ts';
import { createTally } from './tally.ts';
import type { Transport } from './transport.ts';

/** Carries out probe plans, one at a time: sockets, pacing and bounds. All judgement is `next`'s. */
export interface Runner {
  /**
   * One report. Rejects with `ConcurrentRunError` while another is under way, and with the signal's reason when it aborts;
   * then nothing of it is left. A failed probe is data.
   */
  run(options: RunOptions): Promise<RunResult>;
}

interface RunOptions {
  readonly plan: ProbePlan;
  readonly context: Context;
  /** The strategy's name, for the report. */
  readonly strategy: string;
  next(progress: Progress): Follow;
  /** Books what a probe costs before it is sent. */
  readonly budget?: { take(cost: Cost): boolean; giveBack(cost: Cost): void };
  /** When it settles `next` is asked again. Never rejects. */
  readonly arrived?: Promise<void> | undefined;
  /** Called after each turn with the report as it stands. */
  onProgress?(report: Report): void;
  readonly onEvent?: Listener<ProbeEvent>;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly report: Report;
  readonly stop: StopReason;
  readonly udp: Cost;
  readonly estimated: Cost;
}

/** How long a transport may take to let go of its probes when the report ends. Those of this package take none. */
const letGoMs = 250;

/** Sums of ms end up a hair short: `next` would be asked before its time again and again, and time stand still. */
const hairMs = 1e-6;

/** A probe without an answer after so many round trips of its region is lost, not late. */
const cutOffFactor = 3;

export function createRunner({ transports, clock, pace = defaultPace }: { readonly transports: readonly Transport[]; readonly clock: Clock; readonly pace?: Pace }): Runner {
  let busy = false;
  return {
    async run(options) {
      if (busy) throw new ConcurrentRunError();
      options.signal?.throwIfAborted();
      busy = true;
      try {
        return await runOnce(options, transports, clock, pace);
      } finally {
        busy = false;
      }
    },
  };
}

async function runOnce(options: RunOptions, transports: readonly Transport[], clock: Clock, pace: Pace): Promise<RunResult> {
  const { plan, context, signal, onEvent } = options;
  const began = clock.now();
  const elapsed = (): number => clock.now() - began;
  const schedule = createSchedule(plan.sets);
  const skipped = { ...plan.skipped };
  const tally = createTally({ map: context.map, startedAt: context.now, full: plan.full, strategy: options.strategy, skipped });
  const bucket = createBucket(pace);
  const sent: { -readonly [K in keyof Sent]: Sent[K] }[] = [];
  const underWay = new Map<Kind, number>();
  // A signal a probe: one that hundreds listen to is slow, and looks like a leak to Node.
  const running = new Map<Promise<void>, AbortController>();
  const cost = { udp: { packets: 0, bytes: 0 }, estimated: { packets: 0, bytes: 0 } };
  let wake = (): void => {};
  let happened = false;
  let ended = false;

  const nodeOf = (region: RegionId, name: string): RelayNode | undefined => regionById(context.map, region)?.nodes.find((node) => node.name === name);
  /** A `fake` transport stands in for every kind at the nodes that it knows. */
  const transportFor = (kind: Kind, node: RelayNode): Transport | undefined =>
    transports.find((transport) => transport.kind === 'fake' && transport.supports(node)) ?? transports.find((transport) => transport.kind === kind && transport.supports(node));
  const hasRoom = (kind: Kind): boolean => (underWay.get(kind) ?? 0) < (isUdpKind(kind) ? pace.maxUdp : pace.maxOther);

  function progress(due?: Progress['due']): Progress {
    const elapsedMs = elapsed();
    return { plan, elapsedMs, sets: schedule.sets, over: schedule.over, sent, report: tally.report({ atMs: elapsedMs, open: schedule.open() }), context, ...(due && { due }) };
  }

  function send(index: number, set: ProbeSet, node: RelayNode, transport: Transport): void {
    const atMs = elapsed();
    const entry: (typeof sent)[number] = { set: index, node: node.name, atMs };
    sent.push(entry);
    tally.sent(set.region, transport.kind, atMs);
    onEvent?.({ type: 'probe', atMs, region: set.region, node: node.name, kind: transport.kind, ...(set.family && { family: set.family }) });
    underWay.set(set.kind, (underWay.get(set.kind) ?? 0) + 1);
    schedule.sent(index);
    const end = new AbortController();
    // Async, so that a transport that throws at once fails like one that rejects.
    const attempt = async (): Promise<Sample> => transport.probe(node, { ...(set.family && { family: set.family }), signal: end.signal });
    const outcome = attempt()
      .then(
        (sample) => answered(index, set, node, entry, sample),
        (error: unknown) => failed(index, set, node, transport.kind, entry, error),
      )
      .finally(() => {
        running.delete(outcome);
        underWay.set(set.kind, (underWay.get(set.kind) ?? 1) - 1);
        happened = true;
        wake();
      });
    running.set(outcome, end);
  }

  const priceOf = (kind: Kind, node: RelayNode, set: ProbeSet): Cost => costOf(kind, node, set.family);

  function spend(kind: Kind, node: RelayNode, set: ProbeSet): void {
    const { packets, bytes } = priceOf(kind, node, set);
    const sum = isUdpKind(kind) ? cost.udp : cost.estimated;
    sum.packets += packets;
    sum.bytes += bytes;
  }

  function answered(index: number, set: ProbeSet, node: RelayNode, entry: (typeof sent)[number], sample: Sample): void {
    entry.answeredMs = elapsed();
    spend(sample.kind, node, set);
    if (isUdpKind(sample.kind) && set.family) tally.canSend(set.family);
    tally.answered(set.region, sample);
    schedule.answered(index);
    onEvent?.({ type: 'sample', atMs: entry.answeredMs, region: set.region, node: node.name, sample });
  }

  function failed(index: number, set: ProbeSet, node: RelayNode, kind: Kind, entry: (typeof sent)[number], error: unknown): void {
    const failure = error instanceof ProbeFailure ? error : new ProbeFailure('failed', String(error), true);
    entry.failedMs = elapsed();
    if (failure.sent) {
      spend(kind, node, set);
      if (isUdpKind(kind) && set.family) tally.canSend(set.family);
    } else {
      options.budget?.giveBack(priceOf(kind, node, set));
      tally.notSent(set.region, kind, entry.atMs);
    }
    if (!ended || isOverdue(set.region, entry)) tally.lost(set.region, kind);
    schedule.failed(index);
    onEvent?.({ type: 'lost', atMs: entry.failedMs, region: set.region, node: node.name, kind, ...(set.family && { family: set.family }), code: failure.code, message: failure.message });
  }

  /** What the report's end cut off counts as lost unless its region answered and it was asked too lately to tell. */
  function isOverdue(region: RegionId, entry: Sent): boolean {
    const latencyMs = tally.latencyMs(region);
    return latencyMs === undefined || elapsed() - entry.atMs > cutOffFactor * latencyMs;
  }

  function follow(step: Follow): StopReason | undefined {
    for (const set of step.add ?? []) schedule.add(set);
    for (const index of step.drop ?? []) schedule.end(index);
    return step.stop;
  }

  void options.arrived?.then(() => {
    happened = true;
    wake();
  });
  const onAbort = (): void => wake();
  signal?.addEventListener('abort', onAbort, { once: true });
  let stop: StopReason | undefined;
  try {
    while (stop === undefined) {
      happened = false;
      const now = progress();
      const step = options.next(now);
      stop = follow(step);
      options.onProgress?.(now.report);
      if (now.elapsedMs >= plan.timeoutMs) stop ??= 'timeout';
      let wakeMs = step.wakeMs ?? Infinity;
      let pacedMs = Infinity;
      for (let due = schedule.due(elapsed(), hasRoom); stop === undefined && due; due = schedule.due(elapsed(), hasRoom)) {
        const node = nodeOf(due.set.region, due.node);
        const transport = node && transportFor(due.set.kind, node);
        if (!node || !transport) {
          schedule.skip(due);
          happened = true;
          continue;
        }
        if (due.delayMs > 0) {
          const delayed = options.next(progress({ set: due.index, probe: due.probe }));
          stop = follow(delayed);
          wakeMs = Math.min(wakeMs, delayed.wakeMs ?? Infinity);
          if (delayed.skip) schedule.end(due.index);
          if (stop !== undefined || schedule.over[due.index]) continue;
        }
        if (!bucket.take(elapsed())) {
          pacedMs = bucket.readyMs();
          break;
        }
        if (options.budget?.take(priceOf(transport.kind, node, due.set)) === false) {
          skipped[due.set.region] = 'budget';
          schedule.skip(due);
          happened = true;
          continue;
        }
        schedule.take(due);
        send(due.index, due.set, node, transport);
      }
      if (stop !== undefined || happened) continue;
      const untilMs = Math.min(plan.timeoutMs, wakeMs, schedule.nextDueMs(elapsed()), pacedMs);
      await sleepUntilSomething(untilMs - elapsed());
      // Answers that came together are all read, and their time taken, before any is judged.
      await clock.sleep(0);
      signal?.throwIfAborted();
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    ended = true;
    for (const end of running.values()) end.abort();
    const allGone = new AbortController();
    await Promise.race([Promise.all(running.keys()), clock.sleep(letGoMs, allGone.signal)]);
    allGone.abort();
  }
  return { report: tally.report({ atMs: elapsed() }), stop, ...cost };

  async function sleepUntilSomething(ms: number): Promise<void> {
    const rest = new AbortController();
    wake = () => rest.abort();
    if (!happened && !signal?.aborted) await clock.sleep(Math.max(hairMs, ms), rest.signal);
    wake = () => {};
  }
}
