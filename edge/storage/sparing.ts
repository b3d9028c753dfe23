import { createBoundedMap } from '../bounded-map.ts';
import type { FleetStore } from './store.ts';

/** Clients report every 20 to 26 s, and what they find seldom changes that fast. */
const saveEveryMs = 10 * 60 * 1000;
const mostRemembered = 10_000;

/**
 * The same store, but a client's report is saved once in ten minutes. Where each write is counted and paid for, a client
 * that stays all day would otherwise cost as much as thousands that come once.
 */
export function sparing(store: FleetStore, wall: () => number): FleetStore {
  const savedAt = createBoundedMap<string, number>(mostRemembered);
  return {
    ...store,
    location(code) {
      const inner = store.location(code);
      return {
        ...inner,
        async saveReport(report) {
          const key = `${code} ${report.client}`;
          const agoMs = wall() - (savedAt.get(key) ?? -Infinity);
          if (agoMs >= 0 && agoMs < saveEveryMs) return;
          await inner.saveReport(report);
          savedAt.set(key, wall());
        },
      };
    },
  };
}
