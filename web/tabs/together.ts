import { thisPage } from '../page.ts';
import { meetTabs, type TabsOptions } from './channel.ts';

/** A tab keeps its place so long after it told, so that those who wait hear it before it is their turn. */
const lingerMs = 100;

/**
 * One tab works, those that ask meanwhile get what it found. `work` may `tell` before it ends; the first that is told is the
 * answer, and `work` goes on. Rejects with the signal's reason when that aborts.
 */
export function together<T>(options: TabsOptions<T>, work: (tell: (found: T) => void) => Promise<T>): Promise<T> {
  const { name, signal, page = thisPage() } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const alone = (): void => void work(resolve).then(resolve, reject);
    const end = new AbortController();
    const tabs = meetTabs(options, page, (found) => {
      resolve(found);
      end.abort();
    });
    if (!tabs) return alone();
    let begun = false;
    const leave = (): void => {
      reject(signal?.reason);
      end.abort();
    };
    signal?.addEventListener('abort', leave, { once: true });
    const tell = (found: T): void => {
      tabs.tell(found);
      resolve(found);
    };
    tabs.locks.request(name, { signal: end.signal }, async () => {
      if (end.signal.aborted) return;
      begun = true;
      tell(await work(tell));
      await new Promise((resolve) => { setTimeout(resolve, lingerMs); });
    }).catch((error: unknown) => {
      // Sandboxed pages have locks that refuse.
      if (begun || end.signal.aborted) reject(error);
      else alone();
    }).finally(() => {
      signal?.removeEventListener('abort', leave);
      tabs.close();
    });
  });
}
