import type { Context } from '../model/context.ts';
import type { Cost } from '../probe/cost.ts';

/** What probes may cost in any hour, IP headers included. UDP is counted exactly, other kinds by a table of estimates. */
export interface Budget {
  readonly packetsPerHour?: number;
  readonly bytesPerHour?: number;
}

/** Counts what is sent against a budget that may change. */
export interface Ledger {
  /** What is left now; undefined without a budget. */
  left(): Context['budget'];
  /** Books the cost, unless that would exceed the budget. */
  take(cost: Cost): boolean;
  /** It was not sent after all. */
  giveBack(cost: Cost): void;
  setBudget(budget: Budget | undefined): void;
}

const hourMs = 3_600_000;

/** Costs of so long share an entry, which bounds the book. It counts until its last ms is an hour old, so that no hour sees more than the budget. */
const bucketMs = 10_000;

/** `now`: monotonic ms. What is sent without a budget is booked as well, for one that comes later. */
export function createLedger(given: Budget | undefined, now: () => number): Ledger {
  let budget = given;
  const booked = new Map<number, { packets: number; bytes: number }>();

  function left(): NonNullable<Context['budget']> {
    let [packets, bytes] = [0, 0];
    for (const [bucket, cost] of booked) {
      if ((bucket + 1) * bucketMs + hourMs <= now()) booked.delete(bucket);
      else [packets, bytes] = [packets + cost.packets, bytes + cost.bytes];
    }
    // A number that JSON has, where that side is unbounded.
    const of = (limit: number = Number.MAX_SAFE_INTEGER, spent: number): number => Math.max(0, limit - spent);
    return { packetsLeft: of(budget?.packetsPerHour, packets), bytesLeft: of(budget?.bytesPerHour, bytes) };
  }

  function book({ packets, bytes }: Cost, sign: 1 | -1): void {
    const bucket = Math.floor(now() / bucketMs);
    const entry = booked.get(bucket) ?? { packets: 0, bytes: 0 };
    booked.set(bucket, { packets: entry.packets + sign * packets, bytes: entry.bytes + sign * bytes });
  }

  return {
    left: () => (budget ? left() : undefined),
    take(cost) {
      const { packetsLeft, bytesLeft } = left();
      if (budget && (cost.packets > packetsLeft || cost.bytes > bytesLeft)) return false;
      book(cost, 1);
      return true;
    },
    giveBack: (cost) => book(cost, -1),
    setBudget(next) {
      budget = next;
    },
  };
}
