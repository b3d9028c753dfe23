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

export function createSchedule(first: readonly ProbeSet[]): Schedule {
  const sets: ProbeSet[] = [];
  const over: boolean[] = [];
  const counts: Count[] = [];
  const byRegion = new Map<RegionId, Count[]>();
  let queue: Due[] = [];

  // At the same instant those that have one try alone go first: a full queue drops the end of a burst.
  const byDelay = (a: Due, b: Due): number => a.delayMs - b.delayMs || a.set.probes.length - b.set.probes.length;
  const drop = (index: number): void => {
    over[index] = true;
    const count = counts[index];
    if (!count || count.toCome === 0) return;
    queue = queue.filter((due) => due.index !== index);
    count.toCome = 0;
  };
  /** A set of which nothing is under way or to come has nothing to wait for. */
  const endIfSpent = (index: number): void => {
    const count = counts[index];
    if (count && count.toCome === 0 && count.underWay === 0) over[index] = true;
  };
  function enqueue(set: ProbeSet): void {
    const index = sets.push(set) - 1;
    over.push(set.probes.length === 0);
    const count = { toCome: set.probes.length, underWay: 0, answered: false };
    counts.push(count);
    const others = byRegion.get(set.region);
    if (others) others.push(count);
    else byRegion.set(set.region, [count]);
    let probe = 0;
    for (const { node, delayMs } of set.probes) queue.push({ index, probe: probe++, set, node, delayMs });
  }
  const leaveQueue = (due: Due): void => {
    queue.splice(queue.indexOf(due), 1);
    const count = counts[due.index];
    if (count) count.toCome--;
  };

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
      const next = queue.find((due) => due.delayMs > nowMs || hasRoom(due.set.kind));
      return next && next.delayMs <= nowMs ? next : undefined;
    },
    nextDueMs: (nowMs) => queue.find((due) => due.delayMs > nowMs)?.delayMs ?? Infinity,
    sent(due) {
      leaveQueue(due);
      const count = counts[due.index];
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
    isOpen: (region) => byRegion.get(region)?.some(({ toCome, underWay, answered }) => !answered && toCome + underWay > 0) === true,
  };
}
