import type { EdgeDeps } from '../../edge/deps.ts';
import type { ClientReport, Location } from '../../edge/fleet/facts.ts';
import { mostReports } from '../../edge/storage/bounds.ts';
import { dayKey, dayOf, keyBytesOf } from '../../edge/storage/day-key.ts';
import { sqlFleetStore } from '../../edge/storage/location-store.ts';
import type { Sql } from '../../edge/storage/sql.ts';
import type { FleetStore } from '../../edge/storage/store.ts';

export interface ServedStore extends Pick<EdgeDeps, 'store' | 'hashKey'> {
  /** Writes what is not written yet. */
  flush(): Promise<void>;
}

/** A report that a crash loses is sent again within half a minute. Who reads sees it at once all the same. */
const writeEveryMs = 5_000;

/**
 * The store in one database. Reports are gathered and written together: a write waits for the disk, and a client that posts
 * again meanwhile need be written only once. What a location would not keep anyway is dropped before.
 */
export function serveStore(sql: Sql, { wall, onError }: { readonly wall: () => number; readonly onError: (error: unknown) => void }): ServedStore {
  const waiting = new Map<string, Map<string, ClientReport>>();
  const keys = new Map<string, { readonly day: number; readonly bytes: Uint8Array<ArrayBuffer> }>();
  let timer: NodeJS.Timeout | undefined;

  /**
   * One wait for the disk instead of one a statement. `work` runs to its end before anything else does, as calls of SQLite
   * are no waits; what it returns is settled when the transaction is over.
   */
  function together<T>(work: () => T): T {
    sql.all('BEGIN');
    let result: T | undefined;
    try {
      result = work();
      sql.all('COMMIT');
      return result;
    } catch (error) {
      // What failed in it is mostly why it could not be ended, and would otherwise be nobody's.
      if (result instanceof Promise) result.catch(() => {});
      rollBack();
      throw error;
    }
  }

  /** So that the next transaction can begin. */
  function rollBack(): void {
    try {
      sql.all('ROLLBACK');
    } catch {
      // It is over already: what failed came after it.
    }
  }

  const inner = together(() => sqlFleetStore({ sql, wall }));

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size === 0) return;
    const taken = [...waiting];
    waiting.clear();
    await together(() => Promise.all(taken.map(([code, reports]) => inner.location(code).saveReports([...reports.values()]))));
  }

  function gather(code: string, report: ClientReport): undefined {
    const reports = waiting.get(code) ?? new Map<string, ClientReport>();
    waiting.set(code, reports);
    reports.delete(report.client);
    reports.set(report.client, report);
    for (const oldest of reports.keys()) {
      if (reports.size <= mostReports) break;
      reports.delete(oldest);
    }
    timer ??= setTimeout(() => void flush().catch(onError), writeEveryMs).unref();
  }

  async function readKey(code: string, day: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = keyBytesOf(dayKey(sql, code, day));
    keys.set(code, { day, bytes });
    return bytes;
  }

  const store: FleetStore = {
    location: (code) => ({
      saveSweep: async (sweep) => together(() => inner.location(code).saveSweep(sweep)),
      saveReport: (report) => gather(code, report),
      async read() {
        await flush();
        return together(() => inner.location(code).read());
      },
    }),
    async locations() {
      await flush();
      return together(() => inner.locations());
    },
  };

  return {
    store, flush,
    hashKey({ code }: Location) {
      const day = dayOf(wall());
      const known = keys.get(code);
      return known?.day === day ? known.bytes : readKey(code, day);
    },
  };
}
