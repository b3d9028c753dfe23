import { isHidden, thisPage, type Page } from '../page.ts';
import { meetTabs, type Tabs, type TabsOptions } from './channel.ts';

/**
 * One visible tab leads, all get what it finds; only the newest, where somebody reads slowly. When the leader is hidden or
 * closed the next takes over: `lead` is told when the last item was heard, on `performance.now()`. A hidden tab only listens.
 */
export async function* shared<T>(options: TabsOptions<T>, lead: (signal: AbortSignal, heardAt: number) => AsyncIterable<T>): AsyncGenerator<T, void, void> {
  const { signal, page = thisPage() } = options;
  const end = new AbortController();
  let unread: T | undefined;
  let failure: { readonly error: unknown } | undefined;
  let heardAt = -Infinity;
  let wake = (): void => {};
  const stop = (): void => {
    end.abort();
    wake();
  };
  const take = (item: T): void => {
    unread = item;
    heardAt = performance.now();
    wake();
  };
  const leadUntil = async (turn: AbortSignal, tell: (item: T) => void): Promise<void> => {
    for await (const item of lead(turn, heardAt)) {
      take(item);
      tell(item);
    }
  };
  const alone = (): Promise<void> => leadUntil(end.signal, () => {});

  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const tabs = meetTabs(options, page, take);
  const led = (tabs ? takeTurns(options.name, page, end.signal, tabs, leadUntil, alone) : alone()).catch((error: unknown) => {
    if (!end.signal.aborted) failure = { error };
  }).finally(stop);
  try {
    while (!end.signal.aborted || unread !== undefined) {
      const item = unread;
      unread = undefined;
      if (item === undefined) await new Promise<void>((resolve) => { wake = resolve; });
      else yield item;
    }
    if (failure) throw failure.error;
  } finally {
    stop();
    signal?.removeEventListener('abort', stop);
    await led;
    tabs?.close();
  }
}

/** Leads whenever this tab is seen and no other one leads, until the signal aborts; alone where the locks refuse, as in sandboxed pages. */
async function takeTurns<T>(name: string, page: Page, signal: AbortSignal, tabs: Tabs<T>, lead: (turn: AbortSignal, tell: (item: T) => void) => Promise<void>, alone: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await untilSeen(page, signal);
    const turn = new AbortController();
    let begun = false;
    const look = (): void => {
      if (isHidden(page) || signal.aborted) turn.abort();
    };
    page.document?.addEventListener('visibilitychange', look, { signal: turn.signal });
    signal.addEventListener('abort', look, { signal: turn.signal });
    look();
    try {
      await tabs.locks.request(name, { signal: turn.signal }, () => {
        begun = true;
        return lead(turn.signal, tabs.tell);
      });
    } catch (error) {
      if (!turn.signal.aborted && begun) throw error;
      if (!turn.signal.aborted) await alone();
    } finally {
      tabs.forget();
      turn.abort();
    }
  }
}

/** Resolves when somebody sees the page, or the signal aborts. */
function untilSeen(page: Page, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = new AbortController();
    const look = (): void => {
      if (isHidden(page) && !signal.aborted) return;
      done.abort();
      resolve();
    };
    page.document?.addEventListener('visibilitychange', look, { signal: done.signal });
    signal.addEventListener('abort', look, { signal: done.signal });
    look();
  });
}
