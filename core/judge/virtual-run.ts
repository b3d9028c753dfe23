import type { Context } from '../model/context.ts';
import { answerDueMs, isUdpKind, type Kind } from '../model/kind.ts';
import type { NodeName, RegionId, RelayNode } from '../model/map.ts';
import type { ProbePlan } from '../model/plan.ts';
import type { Follow, Progress, StopReason } from '../model/strategy.ts';
import { createCourse, type CourseResult, type Probe, type Reach } from '../probe/course.ts';
import { defaultPace } from '../probe/pace.ts';

export interface VirtualRunOptions {
  readonly plan: ProbePlan;
  readonly context: Context;
  /** The strategy's name, for the report. */
  readonly strategy: string;
  next(progress: Progress): Follow;
  /** The round trip that the `attempt`-th probe of the region meets; `Infinity`: lost. `atMs`: since the report began. */
  probe(region: RegionId, kind: Kind, atMs: number, attempt: number): number;
  /** Nodes of the map by region and name. */
  nodeOf(region: RegionId, name: NodeName): RelayNode | undefined;
}

export interface VirtualRunResult extends CourseResult {
  readonly stop: StopReason;
}

/** A probe under way and when its answer comes. */
interface Arrival {
  readonly atMs: number;
  readonly probe: Probe<Reach>;
  readonly latencyMs: number;
}

/**
 * One report in no time: the course of a report against a table of answers instead of a network. A test holds it to what
 * `core/probe/run.ts` does with sockets and promises.
 */
export function runVirtually({ plan, context, strategy, next, probe: meet, nodeOf }: VirtualRunOptions): VirtualRunResult {
  const attempts = new Map<RegionId, number>();
  /** The next to come first. */
  const underWay: Arrival[] = [];
  let elapsedMs = 0;
  const course = createCourse<Reach>({
    plan, context, strategy, next, pace: defaultPace,
    elapsedMs: () => elapsedMs,
    reach({ region, kind }, name) {
      const node = nodeOf(region, name);
      return node && { node, kind };
    },
    send(probe) {
      const { region, kind } = probe.set;
      const attempt = attempts.get(region) ?? 0;
      attempts.set(region, attempt + 1);
      const latencyMs = meet(region, kind, elapsedMs, attempt);
      const atMs = elapsedMs + answerDueMs(kind, latencyMs);
      const place = underWay.findIndex((other) => other.atMs > atMs);
      underWay.splice(place < 0 ? underWay.length : place, 0, { atMs, probe, latencyMs });
    },
  });

  function answer({ probe, latencyMs }: Arrival): void {
    const { kind, family } = probe.set;
    course.answered(probe, { kind, latencyMs, family, mapped: isUdpKind(kind) ? (family === 6 ? mappedV6 : mappedV4) : undefined });
  }

  for (;;) {
    const turn = course.turn();
    if (turn.stop !== undefined) {
      course.end();
      for (const { probe } of underWay) course.failed(probe, true);
      const { report, udp, estimated } = course.result();
      return { report, udp, estimated, stop: turn.stop };
    }
    elapsedMs = Math.max(elapsedMs, Math.min(turn.untilMs, underWay[0]?.atMs ?? Infinity));
    for (let [first] = underWay; first && first.atMs <= elapsedMs; [first] = underWay) {
      underWay.shift();
      answer(first);
    }
  }
}

/** What the relays see of every client: documentation addresses (RFC 5737, RFC 3849). */
const mappedV4 = '192.0.2.1:1';
const mappedV6 = '[2001:db8::1]:1';
