import { describe, expect, it } from 'vitest';
import { StoreError } from '../../core/picker/store.ts';
import type { Page } from '../../web/page.ts';
import { localStore, maxStoreLength } from '../../web/store.ts';
import { errorOf } from '../until.ts';
import { fakeBrowser } from './fake-page.ts';

describe('localStore', () => {
  it('gives back what was saved last, under its key alone', async () => {
    const browser = fakeBrowser();
    const store = localStore('mine', browser.open());
    expect(await store.load()).toBeUndefined();
    await store.save('a');
    await store.save('');
    expect(await store.load()).toBe('');
    expect(await localStore('yours', browser.open()).load()).toBeUndefined();
    expect([...browser.storage]).toEqual([['mine', '']]);
  });

  it('keeps aside what cannot be read, three times for one reason', async () => {
    const browser = fakeBrowser();
    const store = localStore('mine', browser.open());
    for (const n of [1, 2, 3]) {
      await store.save(`text ${n}`);
      expect(await store.keepAside?.('corrupt')).toBe(`mine.corrupt.${n}`);
    }
    await store.save('kept');
    expect(await errorOf(Promise.resolve(store.keepAside?.('corrupt')))).toMatchObject({ name: 'StoreError', code: 'unwritable', place: 'mine' });
    expect(Object.fromEntries(browser.storage)).toEqual({ mine: 'kept', 'mine.corrupt.1': 'text 1', 'mine.corrupt.2': 'text 2', 'mine.corrupt.3': 'text 3' });
  });

  it('takes no more than its share of the origin', async () => {
    const store = localStore('mine', fakeBrowser().open());
    await store.save('x'.repeat(maxStoreLength));
    expect(await errorOf(store.save('x'.repeat(maxStoreLength + 1)))).toMatchObject({ code: 'too-large' });
    expect((await store.load())?.length).toBe(maxStoreLength);
  });

  const refuse = (): never => { throw new DOMException('denied', 'SecurityError'); };
  const full = (): never => { throw new DOMException('full', 'QuotaExceededError'); };
  it.each<{ what: string; page: Page; load: string | undefined; save: string }>([
    { what: 'none', page: {}, load: 'unreadable', save: 'unwritable' },
    { what: 'one that may not be looked at', page: { get localStorage() { return refuse(); } }, load: 'unreadable', save: 'unwritable' },
    { what: 'a full one', page: { localStorage: { getItem: () => null, setItem: full, removeItem: () => {} } }, load: undefined, save: 'unwritable' },
  ])('$what: a StoreError', async ({ page, load, save }) => {
    const store = localStore('mine', page);
    const codeOf = async (promise: Promise<unknown> | undefined): Promise<unknown> => promise?.then(() => undefined, (error: unknown) => (error instanceof StoreError ? error.code : error));
    expect([await codeOf(store.load()), await codeOf(store.save('a')), await codeOf(store.keepAside?.('corrupt'))]).toEqual([load, save, save]);
  });
});
