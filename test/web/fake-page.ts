import type { ChannelLike, LocksLike, Page } from '../../web/page.ts';

/** The tabs of one origin in one browser: their locks, channels and storage are the same. */
export interface FakeBrowser {
  open(options?: { readonly isHidden?: boolean }): FakeTab;
  readonly storage: Map<string, string>;
  /** Open channels. */
  readonly channels: ReadonlySet<unknown>;
  /** Says this to all tabs, as a page of the origin may that is not ours. */
  say(name: string, data: unknown): void;
}

/** A page that can be hidden, and whose connection can change. */
export interface FakeTab extends Page {
  readonly navigator: { onLine: boolean; readonly connection: FakeConnection; readonly locks: LocksLike };
  readonly document: EventTarget & { visibilityState: string };
  setHidden(isHidden: boolean): void;
  dispatchEvent(event: Event): boolean;
}

type FakeConnection = EventTarget & { type?: string; effectiveType?: string; saveData?: boolean };

export function fakeBrowser(): FakeBrowser {
  const storage = new Map<string, string>();
  const channels = new Set<{ readonly name: string; hear(data: unknown): void }>();
  const locks = fakeLocks();

  const say = (name: string, data: unknown, except?: object): void => {
    for (const channel of channels) if (channel.name === name && channel !== except) channel.hear(structuredClone(data));
  };
  class BroadcastChannel implements ChannelLike {
    readonly name: string;
    readonly listeners: ((event: { readonly data: unknown }) => void)[] = [];
    constructor(name: string) {
      this.name = name;
      channels.add(this);
    }
    hear(data: unknown): void {
      setImmediate(() => { if (channels.has(this)) for (const listener of this.listeners) listener({ data }); });
    }
    addEventListener(_type: 'message', listener: (event: { readonly data: unknown }) => void): void {
      this.listeners.push(listener);
    }
    postMessage(message: unknown): void {
      say(this.name, message, this);
    }
    close(): void {
      channels.delete(this);
    }
  }

  return {
    storage,
    channels,
    say,
    open({ isHidden = false } = {}) {
      const document = Object.assign(new EventTarget(), { visibilityState: isHidden ? 'hidden' : 'visible' });
      const connection: FakeConnection = new EventTarget();
      return Object.assign(new EventTarget(), {
        navigator: { onLine: true, connection, locks },
        document,
        localStorage: {
          getItem: (key: string) => storage.get(key) ?? null,
          setItem: (key: string, text: string) => void storage.set(key, text),
          removeItem: (key: string) => void storage.delete(key),
        },
        BroadcastChannel,
        setHidden(hide: boolean) {
          document.visibilityState = hide ? 'hidden' : 'visible';
          document.dispatchEvent(new Event('visibilitychange'));
        },
      });
    },
  };
}

/** Web Locks as far as they are used: exclusive, first come first served; a signal ends the waiting, not the holding. */
function fakeLocks(): LocksLike {
  const queues = new Map<string, (() => void)[]>();
  return {
    async request(name, { signal }, callback) {
      signal.throwIfAborted();
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      await new Promise<void>((resolve, reject) => {
        queue.push(resolve);
        if (queue.length === 1) return resolve();
        signal.addEventListener('abort', () => {
          if (!queue.includes(resolve) || queue[0] === resolve) return;
          queue.splice(queue.indexOf(resolve), 1);
          reject(signal.reason);
        });
      });
      try {
        await callback();
      } finally {
        queue.shift();
        queue[0]?.();
      }
    },
  };
}
