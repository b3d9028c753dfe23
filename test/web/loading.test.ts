import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { loadPart } from '../../web/load-part.ts';
import { unlessAborted } from '../../web/unless-aborted.ts';
import { errorOf, turns } from '../until.ts';

const never = new Promise<never>(() => {});

it('a part that does not load is told by what it was wanted for', async () => {
  const cause = new TypeError('Failed to fetch dynamically imported module: https://page.test/part.js');
  expect(await errorOf(loadPart('strategy="netcheck"', Promise.reject(cause)))).toMatchObject({ message: `strategy="netcheck" needs a part that does not load: ${String(cause)}`, cause });
  expect(await loadPart('it', Promise.resolve(1))).toBe(1);
});

it('what takes too long is left with the reason of the signal, before or after that aborts', async () => {
  const reason = new Error('enough');
  const later = new AbortController();
  const left = errorOf(unlessAborted(never, later.signal));
  later.abort(reason);
  expect(await left).toBe(reason);
  expect(await errorOf(unlessAborted(never, AbortSignal.abort(reason)))).toBe(reason);
});

it.each<[string, () => Promise<unknown>]>([['resolves', async () => 1], ['rejects', () => Promise.reject(new Error('no'))]])('no listener stays on the signal when it %s', async (_, load) => {
  const { signal } = new AbortController();
  await unlessAborted(load(), signal).catch(() => {});
  await turns(1);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
