import type { Kind } from '../model/kind.ts';
import type { NodeName, RegionId } from '../model/map.ts';
import type { ProbeSet } from '../model/plan.ts';

/** A set and how far it is. */
export interface Row {
  /** Its place in `Schedule.sets`. */
  readonly index: number;
  readonly set: ProbeSet;
  toCome: number;
  underWay: number;
  answered: boolean;
}

/** A probe whose time has come. */
export interface Due {
  readonly row: Row;
  readonly probe: number;
  readonly node: NodeName;
  readonly delayMs: number;
}

/** Which probes are to be sent when, and which sets are over. A set ends with its first answer. */
export interface Schedule {
  readonly sets: readonly ProbeSet[];
  readonly over: readonly boolean[];
  add(sets: readonly ProbeSet[]): void;
  /** The earliest probe that is due and whose kind has room. It stays due until `take` or `skip`. */
  due(nowMs: number, hasRoom: (kind: Kind) => boolean): Due | undefined;
  /** When the next probe falls due that is not due yet. */
  nextDueMs(nowMs: number): number;
  /** It is under way, until `answered` or `failed`. */
  take(due: Due): void;
  /** It cannot be sent: as if it were not in the set. */
  skip(due: Due): void;
  answered(row: Row): void;
  failed(row: Row): void;
  /** No further probe of the set. */
  end(index: number): void;
  /** Regions with a set that may still bring an answer. */
  open(): ReadonlySet<RegionId>;
}

export function createSchedule(first: readonly ProbeSet[]): Schedule {
  const sets: ProbeSet[] = [];
  const over: boolean[] = [];
  const rows: Row[] = [];
  let queue: Due[] = [];

  function add(added: readonly ProbeSet[]): void {
    for (const set of added) {
      const row = { index: sets.push(set) - 1, set, toCome: set.probes.length, underWay: 0, answered: false };
      rows.push(row);
      over.push(row.toCome === 0);
      for (const [probe, { node, delayMs }] of set.probes.entries()) queue.push({ row, probe, node, delayMs });
    }
    queue.sort((a, b) => a.delayMs - b.delayMs);
  }
  function end(index: number): void {
    over[index] = true;
    queue = queue.filter(({ row }) => row.index !== index);
    const row = rows[index];
    if (row) row.toCome = 0;
  }
  /** A set of which nothing is under way or to come has nothing to wait for. */
  const endIfSpent = (row: Row): void => {
    if (row.toCome + row.underWay === 0) over[row.index] = true;
  };
  const leaveQueue = (due: Due): void => {
    queue.splice(queue.indexOf(due), 1);
    due.row.toCome--;
  };

  add(first);
  return {
    sets,
    over,
    add,
    due(nowMs, hasRoom) {
      const next = queue.find(({ row, delayMs }) => delayMs > nowMs || hasRoom(row.set.kind));
      return next && next.delayMs <= nowMs ? next : undefined;
    },
    nextDueMs: (nowMs) => queue.find(({ delayMs }) => delayMs > nowMs)?.delayMs ?? Infinity,
    take(due) {
      leaveQueue(due);
      due.row.underWay++;
    },
    skip(due) {
      leaveQueue(due);
      endIfSpent(due.row);
    },
    answered(row) {
      row.underWay--;
      row.answered = true;
      end(row.index);
    },
    failed(row) {
      row.underWay--;
      endIfSpent(row);
    },
    end,
    open: () => new Set(rows.filter((row) => !row.answered && row.toCome + row.underWay > 0).map(({ set }) => set.region)),
  };
}
