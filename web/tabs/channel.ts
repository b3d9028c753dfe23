import type { LocksLike, Page } from '../page.ts';

/** What tabs need to work together. */
export interface Tabs<T> {
  readonly locks: LocksLike;
  /** Tells the other tabs, now and when they ask later. */
  tell(item: T): void;
  /** Answers nobody any more. */
  forget(): void;
  close(): void;
}

export interface TabsOptions<T> {
  /** Tabs of one origin share with those of the same name. */
  readonly name: string;
  /** What another tab told; undefined if that cannot be used. It is no more to be trusted than what lies in a store. */
  read(data: unknown): T | undefined;
  readonly signal?: AbortSignal;
  readonly page?: Page;
}

const ask = 'ask';

/** Meets the other tabs, and asks what they know. Undefined where the browser lacks Web Locks (as on pages over http) or BroadcastChannel. */
export function meetTabs<T>({ name, read }: TabsOptions<T>, page: Page, take: (item: T) => void): Tabs<T> | undefined {
  const { navigator: { locks } = {}, BroadcastChannel } = page;
  if (!locks || !BroadcastChannel) return undefined;
  const channel = new BroadcastChannel(name);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target: it is of one origin
  const post = (message: unknown): void => channel.postMessage(message);
  let latest: T | undefined;
  channel.addEventListener('message', ({ data }) => {
    if (data === ask) {
      if (latest !== undefined) post(latest);
      return;
    }
    const item = read(data);
    if (item !== undefined) take(item);
  });
  post(ask);
  return {
    locks,
    tell(item) {
      latest = item;
      post(item);
    },
    forget() {
      latest = undefined;
    },
    close: () => channel.close(),
  };
}
