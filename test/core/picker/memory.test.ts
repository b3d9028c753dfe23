import { describe, expect, it } from 'vitest';
import { fakeNetwork, memoryStore, setUp } from './rig.ts';

describe('memory', () => {
  it('starts at the last good home, not yet verified, and keeps its evidence', async () => {
    const store = memoryStore();
    const first = setUp(undefined, { store });
    await first.clock.until(first.picker.report());
    await first.picker.close();
    const second = setUp({ '1a': 'silent', '2a': 12, '3a': 90 }, { store });
    const result = second.clock.until(second.picker.report());
    await second.clock.advance(1);
    expect(second.picker.decision).toMatchObject({ home: '1', state: 'remembered', reason: 'remembered' });
    expect((await result).decision).toMatchObject({ home: '2', previous: '1' });
  });

  it('holds no public address', async () => {
    const store = memoryStore();
    const { clock, picker } = setUp(undefined, { store });
    await clock.until(picker.report());
    await picker.close();
    expect(store.text).not.toContain('192.0.2.7');
  });

  it('does not keep a lone survivor of a sweep', async () => {
    const store = memoryStore();
    const { clock, picker } = setUp({ '3a': 90 }, { store });
    expect((await clock.until(picker.report())).decision.home).toBe('3');
    await picker.close();
    expect(store.text).toBeUndefined();
  });

  it.each([
    { name: 'corrupt', text: '{"version":1,' },
    { name: 'corrupt', text: '{"version":1,"clientKey":"k","networks":[{"id":7}]}' },
    { name: 'corrupt', text: '{"version":1,"clientKey":"k","networks":[],"sum":7}' },
    { name: 'newer', text: '{"version":2,"secret":"of the future"}' },
  ])('keeps $name memory aside and says so: $text', async ({ name, text }) => {
    const store = memoryStore(text);
    const { clock, picker, events } = setUp(undefined, { store });
    await clock.until(picker.report());
    await picker.close();
    expect(store.aside).toEqual([text]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'note', code: `store-${name}` }));
    expect(JSON.parse(store.text ?? '').version).toBe(1);
  });

  it('does not overwrite what it could not move aside', async () => {
    const store = { ...memoryStore('nonsense'), keepAside: async () => { throw new Error('EACCES'); } };
    let saved = 0;
    store.save = async () => { saved++; };
    const { clock, picker, events } = setUp(undefined, { store });
    await clock.until(picker.report());
    await picker.close();
    expect(saved).toBe(0);
    expect(events).toContainEqual(expect.objectContaining({ type: 'note', code: 'store-unreadable' }));
  });

  it('goes on where it cannot be saved', async () => {
    const store = { ...memoryStore(), save: async () => { throw new Error('ENOSPC'); } };
    const { clock, picker, events } = setUp(undefined, { store });
    expect((await clock.until(picker.report())).decision.home).toBe('1');
    await picker.close();
    expect(events).toContainEqual(expect.objectContaining({ type: 'note', code: 'store-unwritable' }));
  });

  it('has one for each network', async () => {
    const network = fakeNetwork();
    const { clock, picker, events } = setUp(undefined, { network });
    await clock.until(picker.report());
    network.go({ id: 'office' });
    await clock.until(picker.report());
    network.go({ id: 'home' });
    await clock.until(picker.report());
    const started = events.filter((event) => event.type === 'started');
    expect(started.map(({ full, restarted, state }) => [full, restarted, (state as { choices: number }).choices])).toEqual([[true, false, 0], [true, true, 0], [false, true, 1]]);
  });

  it('tells of another network until a report of it is over', async () => {
    const network = fakeNetwork();
    const { clock, picker, events } = setUp(undefined, { network });
    await clock.until(picker.report());
    network.go({ id: 'office' });
    for (const waitMs of [0, 1]) {
      const stop = new AbortController();
      const given = picker.report({ signal: stop.signal }).catch(() => {});
      if (waitMs) await clock.advance(waitMs);
      stop.abort(new Error('given up'));
      await clock.until(given);
    }
    for (let count = 0; count < 2; count++) await clock.until(picker.report());
    expect(events.flatMap((event) => (event.type === 'report' ? [event.context.network?.changed] : []))).toEqual([undefined, true, undefined]);
    expect(events.flatMap((event) => (event.type === 'started' ? [event.restarted] : []))).toEqual([false, true, true, false]);
  });
});
