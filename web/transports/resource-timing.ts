/** As much of a Resource Timing entry as is read. What the server does not show is 0. */
export type TimingEntry = Pick<PerformanceResourceTiming, 'name' | 'startTime' | 'requestStart' | 'responseStart' | 'duration'>;

export type ObserverConstructor = new (callback: (list: { getEntries(): unknown[] }) => void) => {
  observe(options: { type: string }): void;
  takeRecords(): unknown[];
  disconnect(): void;
};

export interface WatchedEntry {
  /** The entry, which may come a little after the answer; undefined if it does not. */
  found(): Promise<TimingEntry | undefined>;
  stop(): void;
}

/** Entries come with the end of the answer, or within 1 ms of it; some requests get none. */
const patienceMs = 25;

/**
 * Waits for the browser's record of one request. It observes, and leaves the page's own list of them alone: that one holds
 * 250 by default, what it cannot take is observed all the same, and clearing it would rob whoever else reads it.
 */
export function watchEntry(url: string, Observer: ObserverConstructor | undefined): WatchedEntry {
  if (!Observer) return { found: async () => undefined, stop: () => {} };
  let entry: TimingEntry | undefined;
  let arrived = (): void => {};
  const look = (entries: unknown[]): void => {
    entry ??= (entries as TimingEntry[]).find(({ name }) => name === url);
    if (entry) arrived();
  };
  const observer = new Observer((list) => look(list.getEntries()));
  observer.observe({ type: 'resource' });
  return {
    async found() {
      look(observer.takeRecords());
      if (entry) return entry;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patienceMs);
        arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      return entry;
    },
    stop: () => observer.disconnect(),
  };
}
