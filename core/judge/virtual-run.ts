import { answerDueMs, isUdpKind, type Kind } from '../model/kind.ts';
import type { Context } from '../model/context.ts';
import type { RegionId, RelayNode } from '../model/map.ts';
import type { ProbePlan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { Follow, Progress, Sent, StopReason } from '../model/strategy.ts';
import { costOf, type Cost } from '../probe/cost.ts';
import { createBucket, defaultPace } from '../probe/pace.ts';
import { createSchedule } from '../probe/schedule.ts';
import { createTally } from '../probe/tally.ts';

export interface VirtualRunOptions {
  readonly plan: ProbePlan;
  readonly context: Context;
  /** The strategy's name, for the report. */
  readonly strategy: string;
  next(progress: Progress): Follow;
  /** The round trip that the `attempt`-th probe of the region meets; `Infinity`: lost. `atMs`: since the report began. */
  probe(region: RegionId, kind: Kind, atMs: number, attempt: number): number;
  /** Nodes of the map by region and name. */
  nodeOf(region: RegionId, name: string): RelayNode | undefined;
}

export interface VirtualRunResult {
  readonly report: Report;
  readonly stop: StopReason;
  readonly udp: Cost;
  readonly estimated: Cost;
}

type Entry = { -readonly [K in keyof Sent]: Sent[K] };

/** A probe under way and when its answer comes. */
interface Arrival {
  readonly atMs: number;
  readonly index: number;
  readonly entry: Entry;
  readonly region: RegionId;
  readonly kind: Kind;
  readonly node: RelayNode;
  readonly family?: 4 | 6;
  readonly latencyMs: number;
}

/** A probe without an answer after so many round trips of its region is lost, not late: as in the real runner. */
const cutOffFactor = 3;
/** As in the real runner. */
const hairMs = 1e-6;

/**
 * One report in no time: what `core/probe/run.ts` does with sockets and promises, done at once against a table of answers.
 * The two share schedule, tally, pace and costs, and a test holds them to the same reports.
 */
export function runVirtually(options: VirtualRunOptions): VirtualRunResult {
  const { plan, context } = options;
  const schedule = createSchedule(plan.sets);
  const tally = createTally({ map: context.map, startedAt: context.now, full: plan.full, strategy: options.strategy, skipped: plan.skipped });
  const bucket = createBucket(defaultPace);
  const sent: Entry[] = [];
  const attempts = new Map<RegionId, number>();
  const busy = new Map<Kind, number>();
  const cost = { udp: { packets: 0, bytes: 0 }, estimated: { packets: 0, bytes: 0 } };
  let underWay: Arrival[] = [];
  let elapsedMs = 0;

  const hasRoom = (kind: Kind): boolean => (busy.get(kind) ?? 0) < (isUdpKind(kind) ? defaultPace.maxUdp : defaultPace.maxOther);
  const progress = (due?: Progress['due']): Progress =>
    ({ plan, elapsedMs, sets: schedule.sets, over: schedule.over, sent, report: tally.report({ atMs: elapsedMs, open: schedule.open() }), context, ...(due && { due }) });

  function follow(step: Follow): StopReason | undefined {
    for (const set of step.add ?? []) schedule.add(set);
    for (const index of step.drop ?? []) schedule.end(index);
    return step.stop;
  }

  function send(index: number, node: RelayNode): void {
    const set = schedule.sets[index];
    if (!set) return;
    const attempt = attempts.get(set.region) ?? 0;
    attempts.set(set.region, attempt + 1);
    const entry: Entry = { set: index, node: node.name, atMs: elapsedMs };
    sent.push(entry);
    tally.sent(set.region, set.kind, elapsedMs);
    busy.set(set.kind, (busy.get(set.kind) ?? 0) + 1);
    schedule.sent(index);
    const latencyMs = options.probe(set.region, set.kind, elapsedMs, attempt);
    underWay.push({ atMs: elapsedMs + answerDueMs(set.kind, latencyMs), index, entry, region: set.region, kind: set.kind, node, latencyMs, ...(set.family && { family: set.family }) });
    const { packets, bytes } = costOf(set.kind, node, set.family);
    const sum = isUdpKind(set.kind) ? cost.udp : cost.estimated;
    sum.packets += packets;
    sum.bytes += bytes;
  }

  function answer({ index, entry, region, kind, latencyMs, family }: Arrival): void {
    entry.answeredMs = elapsedMs;
    busy.set(kind, (busy.get(kind) ?? 1) - 1);
    if (isUdpKind(kind) && family) tally.canSend(family);
    tally.answered(region, { kind, latencyMs, ...(family && { family }), ...(isUdpKind(kind) && { mapped: family === 6 ? mappedV6 : mappedV4 }) });
    schedule.answered(index);
  }

  let stop: StopReason | undefined;
  while (stop === undefined) {
    let happened = false;
    const step = options.next(progress());
    stop = follow(step);
    if (elapsedMs >= plan.timeoutMs) stop ??= 'timeout';
    let wakeMs = step.wakeMs ?? Infinity;
    let pacedMs = Infinity;
    for (let due = schedule.due(elapsedMs, hasRoom); stop === undefined && due; due = schedule.due(elapsedMs, hasRoom)) {
      const node = options.nodeOf(due.set.region, due.node);
      if (!node) {
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
      if (!bucket.take(elapsedMs)) {
        pacedMs = bucket.readyMs();
        break;
      }
      schedule.take(due);
      send(due.index, node);
    }
    if (stop !== undefined || happened) continue;
    let untilMs = Math.max(elapsedMs + hairMs, Math.min(plan.timeoutMs, wakeMs, schedule.nextDueMs(elapsedMs), pacedMs));
    for (const { atMs } of underWay) untilMs = Math.min(untilMs, atMs);
    elapsedMs = untilMs;
    const arrived = underWay.filter(({ atMs }) => atMs <= untilMs);
    if (arrived.length) {
      underWay = underWay.filter(({ atMs }) => atMs > untilMs);
      for (const arrival of arrived.sort((a, b) => a.atMs - b.atMs)) answer(arrival);
    }
  }
  for (const { index, entry, region, kind, family } of underWay) {
    entry.failedMs = elapsedMs;
    if (isUdpKind(kind) && family) tally.canSend(family);
    const latencyMs = tally.latencyMs(region);
    if (latencyMs === undefined || elapsedMs - entry.atMs > cutOffFactor * latencyMs) tally.lost(region, kind);
    schedule.failed(index);
  }
  return { report: tally.report({ atMs: elapsedMs }), stop, ...cost };
}

/** What the relays see of every client: documentation addresses (RFC 5737, RFC 3849). */
const mappedV4 = '192.0.2.1:1';
const mappedV6 = '[2001:db8::1]:1';
