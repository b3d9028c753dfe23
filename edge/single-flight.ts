/** Work that is done once, however many ask for it at the same time. */
export interface SingleFlight<T> {
  /** The work under way for that key, or `start`'s. */
  join(key: string, start: () => Promise<T>): Promise<T>;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const underWay = new Map<string, Promise<T>>();
  return {
    join(key, start) {
      const running = underWay.get(key);
      if (running) return running;
      // Async, so that a `start` that throws at once rejects like any other.
      const begun = (async (): Promise<T> => start())().finally(() => underWay.delete(key));
      underWay.set(key, begun);
      return begun;
    },
  };
}
