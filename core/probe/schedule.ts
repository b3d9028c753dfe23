import type { Kind } from '../model/kind.ts';
import type { NodeName, RegionId } from '../model/map.ts';
import type { ProbeSet } from '../model/plan.ts';

/** A probe whose time has come. */
interface Due {
  readonly index: number;
  readonly probe: number;
  readonly set: ProbeSet;
  readonly node: NodeName;
  readonly delayMs: number;
}

/** Which probes are to be sent when, and which sets are over. A set ends with its first answer. */
export interface Schedule {
  readonly sets: readonly ProbeSet[];
  readonly over: readonly boolean[];
  add(set: ProbeSet): void;
  /** The earliest probe that is due and whose kind has room. It stays due until `sent` or `skip`. */
  due(nowMs: number, hasRoom: (kind: Kind) => boolean): Due | undefined;
  /** When the next probe falls due that is not due yet. */
  nextDueMs(nowMs: number): number;
  /** It is under way. */
  sent(due: Due): void;
  /** It cannot be sent: as if it were not in the set. */
  skip(due: Due): void;
  answered(index: number): void;
  failed(index: number): void;
  /** No further probe of the set. */
  end(index: number): void;
  /** Whether a set of the region may still bring an answer. */
  isOpen(region: RegionId): boolean;
}

/** What became of a set's probes. */
interface Count {
  toCome: number;
  underWay: number;
  answered: boolean;
}

/** At the same instant those that have one try alone go first: a full queue drops the end of a burst. */
const byDelay = (a: Due, b: Due): number => a.delayMs - b.delayMs || a.set.probes.length - b.set.probes.length;

export function createSchedule(first: readonly ProbeSet[]): Schedule {
  const sets: ProbeSet[] = [];
  const over: boolean[] = [];
  const counts: Count[] = [];
  const byRegion = new Map<RegionId, Count[]>();
  /** What is to come, in its order. */
  const queue: Due[] = [];

  function enqueue(set: ProbeSet): void {
    const { region, probes } = set;
    const index = sets.push(set) - 1;
    over.push(probes.length === 0);
    const count = { toCome: probes.length, underWay: 0, answered: false };
    counts.push(count);
    const others = byRegion.get(region);
    if (others) others.push(count);
    else byRegion.set(region, [count]);
    let probe = 0;
    for (const { node, delayMs } of probes) queue.push({ index, probe: probe++, set, node, delayMs });
  }
  function drop(index: number): void {
    over[index] = true;
    const count = counts[index];
    if (!count || count.toCome === 0) return;
    count.toCome = 0;
    let kept = 0;
    for (const due of queue) if (due.index !== index) queue[kept++] = due;
    queue.length = kept;
  }
  /** A set of which nothing is under way or to come has nothing to wait for. */
  function endIfSpent(index: number): void {
    const count = counts[index];
    if (count && count.toCome === 0 && count.underWay === 0) over[index] = true;
  }
  function leaveQueue(due: Due): Count | undefined {
    if (queue[0] === due) queue.shift();
    else queue.splice(queue.indexOf(due), 1);
    const count = counts[due.index];
    if (count) count.toCome--;
    return count;
  }

  for (const set of first) enqueue(set);
  queue.sort(byDelay);

  return {
    sets,
    over,
    add(set) {
      enqueue(set);
      queue.sort(byDelay);
    },
    due(nowMs, hasRoom) {
      for (const due of queue) {
        if (due.delayMs > nowMs) return undefined;
        if (hasRoom(due.set.kind)) return due;
      }
      return undefined;
    },
    nextDueMs(nowMs) {
      for (const { delayMs } of queue) if (delayMs > nowMs) return delayMs;
      return Infinity;
    },
    sent(due) {
      const count = leaveQueue(due);
      if (count) count.underWay++;
    },
    skip(due) {
      leaveQueue(due);
      endIfSpent(due.index);
    },
    answered(index) {
      const count = counts[index];
      if (!count) return;
      count.underWay--;
      count.answered = true;
      drop(index);
    },
    failed(index) {
      const count = counts[index];
      if (!count) return;
      count.underWay--;
      endIfSpent(index);
    },
    end: drop,
    isOpen(region) {
      for (const { toCome, underWay, answered } of byRegion.get(region) ?? []) if (!answered && toCome + underWay > 0) return true;
      return false;
    },
  };
}
