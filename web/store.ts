import { StoreError, type Store, type StoreErrorCode } from '../core/picker/store.ts';
import { thisPage, type Page } from './page.ts';

/** What one store may hold, in UTF-16 units. Browsers give an origin five million for all that it keeps. */
export const maxStoreLength = 1_000_000;

/** So many unreadable texts are kept aside for one reason: they take room from the page. */
const maxKeptAside = 3;

/**
 * Keeps a picker's memory in `localStorage` under that key. Where there is none, or the browser denies it, every use rejects
 * with a `StoreError`, and the picker goes on without a memory.
 */
export function localStore(key = 'nearest-relay', page: Page = thisPage()): Store {
  async function use<T>(code: StoreErrorCode, work: (storage: NonNullable<Page['localStorage']>) => T): Promise<T> {
    try {
      // Even to look at it may throw.
      const storage = page.localStorage;
      if (!storage) throw new StoreError(code, key, 'there is no localStorage');
      return work(storage);
    } catch (cause) {
      throw cause instanceof StoreError ? cause : new StoreError(code, key, `localStorage refused: ${String(cause)}`, { cause });
    }
  }
  return {
    load: () => use('unreadable', (storage) => storage.getItem(key) ?? undefined),
    save: (text) => use('unwritable', (storage) => {
      if (text.length > maxStoreLength) throw new StoreError('too-large', key, `would be longer than ${maxStoreLength}`);
      storage.setItem(key, text);
    }),
    keepAside: (reason) => use('unwritable', (storage) => {
      for (let n = 1; n <= maxKeptAside; n++) {
        const aside = `${key}.${reason}.${n}`;
        if (storage.getItem(aside) !== null) continue;
        storage.setItem(aside, storage.getItem(key) ?? '');
        storage.removeItem(key);
        return aside;
      }
      throw new StoreError('unwritable', key, `${maxKeptAside} texts are kept aside already`);
    }),
  };
}
