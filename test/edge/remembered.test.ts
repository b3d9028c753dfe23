import { describe, expect, it } from 'vitest';
import { remember } from '../../edge/remembered.ts';

/** Ages and waits in ms; `waitMs` is real time. */
function rig({ waitMs = 1_000 } = {}) {
  let now = 1_000;
  const begun: { resolve(value: string): void; reject(error: Error): void }[] = [];
  const errors: unknown[] = [];
  const make = (): Promise<string> => new Promise((resolve, reject) => { begun.push({ resolve, reject }); });
  const remembered = remember(make, { wall: () => now, maxAgeMs: 10, waitMs, oldAgeMs: 100, onError: (error) => errors.push(error) });
  return { remembered, begun, errors, pass: (ms: number) => { now += ms; } };
}

describe('what is remembered', () => {
  it('is made once for all who ask, and again when it is old', async () => {
    const { remembered, begun, pass } = rig();
    const asked = [remembered.get(), remembered.get()];
    begun[0]?.resolve('a');
    expect([await Promise.all(asked), begun.length]).toEqual([['a', 'a'], 1]);
    pass(9);
    expect([await remembered.get(), begun.length]).toEqual(['a', 1]);
    pass(1);
    const again = remembered.get();
    begun[1]?.resolve('b');
    expect(await again).toBe('b');
  });

  it('is as old as when it was ready: what takes long to make is not old at once', async () => {
    const { remembered, begun, pass } = rig();
    const asked = remembered.get();
    pass(50);
    begun[0]?.resolve('a');
    expect([await asked, await remembered.get(), begun.length]).toEqual(['a', 'a', 1]);
  });

  it('is the old one where a new one takes too long, which goes on behind', async () => {
    const { remembered, begun, pass, errors } = rig({ waitMs: 5 });
    const first = remembered.get();
    begun[0]?.resolve('a');
    await first;
    pass(50);
    const works: Promise<unknown>[] = [];
    expect(await remembered.get((work) => works.push(work))).toBe('a');
    expect([errors.length, works.length]).toEqual([1, 1]);
    begun[1]?.resolve('b');
    await works[0];
    expect([await remembered.get(), begun.length]).toEqual(['b', 2]);
  });

  it('is nothing where none can be made and the old one is too old', async () => {
    const { remembered, begun, pass } = rig();
    const first = remembered.get();
    begun[0]?.resolve('a');
    await first;
    for (const [ms, found] of [[50, 'a'], [50, 'down']] as const) {
      pass(ms);
      const asked = remembered.get().catch((error: Error) => error.message);
      begun.at(-1)?.reject(new Error('down'));
      expect(await asked).toBe(found);
    }
  });

  it('is made anew after the clock was set back', async () => {
    const { remembered, begun, pass } = rig();
    const first = remembered.get();
    begun[0]?.resolve('a');
    await first;
    pass(-500);
    const again = remembered.get();
    begun[1]?.resolve('b');
    expect(await again).toBe('b');
  });
});
