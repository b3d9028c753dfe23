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
  /** The earliest probe that is due and whose kind has room. It stays due until `take` or `skip`. */
  due(nowMs: number, hasRoom: (kind: Kind) => boolean): Due | undefined;
  /** When the next probe falls due that is not due yet. */
  nextDueMs(nowMs: number): number;
  take(due: Due): void;
  /** It cannot be sent: as if it were not in the set. */
  skip(due: Due): void;
  sent(index: number): void;
  answered(index: number): void;
  failed(index: number): void;
  /** No further probe of the set. */
  end(index: number): void;
  /** Regions with a set that may still bring an answer. */
  open(): ReadonlySet<RegionId>;
}

export function createSchedule(first: readonly ProbeSet[]): Schedule {
  const sets: ProbeSet[] = [];
  const over: boolean[] = [];
  const counts: { readonly region: RegionId; toCome: number; underWay: number; answered: boolean }[] = [];
  let queue: Due[] = [];

  // At the same instant those that have one try alone go first: a full queue drops the end of a burst.
  const byDelay = (a: Due, b: Due): number => a.delayMs - b.delayMs || a.set.probes.length - b.set.probes.length;
  const drop = (index: number): void => {
    over[index] = true;
    queue = queue.filter((due) => due.index !== index);
    const count = counts[index];
    if (count) count.toCome = 0;
  };
  /** A set of which nothing is under way or to come has nothing to wait for. */
  const endIfSpent = (index: number): void => {
    const count = counts[index];
    if (count && count.toCome === 0 && count.underWay === 0) over[index] = true;
  };
  function enqueue(set: ProbeSet): void {
    const index = sets.push(set) - 1;
    over.push(set.probes.length === 0);
    counts.push({ region: set.region, toCome: set.probes.length, underWay: 0, answered: false });
    for (const [probe, { node, delayMs }] of set.probes.entries()) queue.push({ index, probe, set, node, delayMs });
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
    take: leaveQueue,
    skip(due) {
      leaveQueue(due);
      endIfSpent(due.index);
    },
    sent(index) {
      const count = counts[index];
      if (count) count.underWay++;
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
    open() {
      const open = new Set<RegionId>();
      for (const { region, toCome, underWay, answered } of counts) if (!answered && toCome + underWay > 0) open.add(region);
      return open;
    },
  };
}
