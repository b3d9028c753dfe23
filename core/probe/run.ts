import type { Clock } from '../clock.ts';
import { ConcurrentRunError, ProbeFailure } from '../errors.ts';
import type { Listener, ProbeEvent } from '../events.ts';
import { isUdpKind, type Kind } from '../model/kind.ts';
import type { Context } from '../model/context.ts';
import { regionById, type RegionId, type RelayNode } from '../model/map.ts';
import type { ProbePlan } from '../model/plan.ts';
import { present } from '../model/present.ts';
import type { Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import type { Follow, Progress, Sent, StopReason } from '../model/strategy.ts';
import { costOf, type Cost } from './cost.ts';
import { createBucket, defaultPace, type Pace } from './pace.ts';
import { createSchedule, type Due } from './schedule.ts';
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

export interface RunOptions {
  readonly plan: ProbePlan;
  readonly context: Context;
  /** The strategy's name, for the report. */
  readonly strategy: string;
  next(progress: Progress): Follow;
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
  const tally = createTally(context, plan, options.strategy);
  const bucket = createBucket(pace);
  const sent: { -readonly [K in keyof Sent]: Sent[K] }[] = [];
  const underWay = new Map<Kind, number>();
  // A signal a probe: one that hundreds listen to is slow, and looks like a leak to Node.
  const running = new Map<Promise<void>, AbortController>();
  const cost = { udp: { packets: 0, bytes: 0 }, estimated: { packets: 0, bytes: 0 } };
  /** Aborts when something happens that the next turn must see. */
  let turn = new AbortController();
  let ended = false;

  const nodeOf = (region: RegionId, name: string): RelayNode | undefined => regionById(context.map, region)?.nodes.find((node) => node.name === name);
  /** A `fake` transport stands in for every kind at the nodes that it knows. */
  const transportFor = (kind: Kind, node: RelayNode): Transport | undefined => {
    const able = transports.filter((transport) => transport.supports(node));
    return able.find((transport) => transport.kind === 'fake') ?? able.find((transport) => transport.kind === kind);
  };
  const hasRoom = (kind: Kind): boolean => (underWay.get(kind) ?? 0) < (isUdpKind(kind) ? pace.maxUdp : pace.maxOther);

  function progress(due?: Progress['due']): Progress {
    const elapsedMs = elapsed();
    return { plan, elapsedMs, sets: schedule.sets, over: schedule.over, sent, report: tally.report({ atMs: elapsedMs, open: schedule.open() }), context, due };
  }

  function send(due: Due, node: RelayNode, transport: Transport): void {
    const { row, row: { index, set: { region, kind: wanted, family } } } = due;
    const { kind } = transport;
    const atMs = elapsed();
    const entry: (typeof sent)[number] = { set: index, node: node.name, atMs };
    const place = { region, node: node.name };
    const about = present({ ...place, kind, family });
    sent.push(entry);
    tally.sent(region, kind, atMs);
    onEvent?.({ type: 'probe', atMs, ...about });
    underWay.set(wanted, (underWay.get(wanted) ?? 0) + 1);
    schedule.take(due);

    /** The system took what was sent. */
    function leftHere(by: Kind): void {
      const isUdp = isUdpKind(by);
      const { packets, bytes } = costOf(by, node, family);
      const sum = isUdp ? cost.udp : cost.estimated;
      sum.packets += packets;
      sum.bytes += bytes;
      if (isUdp && family) tally.canSend(family);
    }
    function answered(sample: Sample): void {
      entry.answeredMs = elapsed();
      leftHere(sample.kind);
      tally.answered(region, sample);
      schedule.answered(row);
      onEvent?.({ type: 'sample', atMs: entry.answeredMs, ...place, sample });
    }
    function failed(error: unknown): void {
      const { code, message, sent: wasSent } = error instanceof ProbeFailure ? error : new ProbeFailure('failed', String(error), true);
      entry.failedMs = elapsed();
      if (wasSent) leftHere(kind);
      if (!ended || isOverdue(region, entry)) tally.lost(region, kind);
      schedule.failed(row);
      onEvent?.({ type: 'lost', atMs: entry.failedMs, ...about, code, message });
    }

    const end = new AbortController();
    // Async, so that a transport that throws at once fails like one that rejects.
    const attempt = async (): Promise<Sample> => transport.probe(node, present({ family, signal: end.signal }));
    const outcome = attempt().then(answered, failed).finally(() => {
      running.delete(outcome);
      underWay.set(wanted, (underWay.get(wanted) ?? 1) - 1);
      turn.abort();
    });
    running.set(outcome, end);
  }

  /** What the report's end cut off counts as lost unless its region answered and it was asked too lately to tell. */
  function isOverdue(region: RegionId, { atMs }: Sent): boolean {
    const latencyMs = tally.latencyMs(region);
    return latencyMs === undefined || elapsed() - atMs > cutOffFactor * latencyMs;
  }

  function follow(step: Follow): StopReason | undefined {
    schedule.add(step.add ?? []);
    for (const index of step.drop ?? []) schedule.end(index);
    return step.stop;
  }

  const onAbort = (): void => turn.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  let stop: StopReason | undefined;
  try {
    while (stop === undefined) {
      turn = new AbortController();
      signal?.throwIfAborted();
      const now = progress();
      const step = options.next(now);
      stop = follow(step);
      options.onProgress?.(now.report);
      if (now.elapsedMs >= plan.timeoutMs) stop ??= 'timeout';
      let pacedMs = Infinity;
      for (let due = schedule.due(elapsed(), hasRoom); stop === undefined && due; due = schedule.due(elapsed(), hasRoom)) {
        const { index, set } = due.row;
        const node = nodeOf(set.region, due.node);
        const transport = node && transportFor(set.kind, node);
        if (!node || !transport) {
          schedule.skip(due);
          turn.abort();
          continue;
        }
        if (due.delayMs > 0) {
          const delayed = options.next(progress({ set: index, probe: due.probe }));
          stop = follow(delayed);
          if (delayed.skip) schedule.end(index);
          if (stop !== undefined || schedule.over[index]) continue;
        }
        if (!bucket.take(elapsed())) {
          pacedMs = bucket.readyMs();
          break;
        }
        send(due, node, transport);
      }
      if (stop !== undefined || turn.signal.aborted) continue;
      const untilMs = Math.min(plan.timeoutMs, step.wakeMs ?? Infinity, schedule.nextDueMs(elapsed()), pacedMs);
      await clock.sleep(Math.max(0, untilMs - elapsed()), turn.signal);
      // Answers that came together are all read, and their time taken, before any is judged.
      await clock.sleep(0);
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
}
