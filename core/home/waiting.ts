import type { RegionId } from '../model/map.ts';

/** Those who wait for a connection to a region. */
export interface Waiting<C> {
  add(region: RegionId, signal?: AbortSignal): Promise<C>;
  /** Gives those what they wait for who can have it, and lets those go for whom nobody works any more. */
  settle(connectionOf: (region: RegionId) => C | undefined, isComing: (region: RegionId) => boolean): void;
  end(error: Error): void;
}

interface Waiter<C> {
  readonly region: RegionId;
  give(connection: C): void;
  refuse(reason: unknown): void;
}

export function createWaiting<C>(): Waiting<C> {
  const waiters = new Set<Waiter<C>>();
  return {
    add(region, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return void reject(signal.reason);
        const abort = (): void => waiter.refuse(signal?.reason);
        const leave = (): void => {
          waiters.delete(waiter);
          signal?.removeEventListener('abort', abort);
        };
        const waiter: Waiter<C> = {
          region,
          give(connection) {
            leave();
            resolve(connection);
          },
          refuse(reason) {
            leave();
            reject(reason);
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        waiters.add(waiter);
      });
    },
    settle(connectionOf, isComing) {
      for (const waiter of waiters) {
        const connection = connectionOf(waiter.region);
        if (connection !== undefined) waiter.give(connection);
        else if (!isComing(waiter.region)) waiter.refuse(new Error(`no connection to region ${waiter.region}`));
      }
    },
    end(error) {
      for (const waiter of waiters) waiter.refuse(error);
    },
  };
}
