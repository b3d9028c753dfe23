import { describe, expect, it } from 'vitest';
import { mapOf } from '../../maps.ts';
import { fakeNetwork, setUp } from './rig.ts';

describe('watch', () => {
  it('waits as the strategy says, from one end to the next start', async () => {
    const { clock, picker, take, events } = setUp();
    await clock.until(take(3));
    const starts = events.flatMap((event) => (event.type === 'started' ? [event.at] : []));
    expect(starts.map((at) => at - (starts[0] ?? 0))).toEqual([0, 20_090, 40_180]);
    await picker.close();
    expect(clock.sleeping).toBe(0);
  });

  it('is awaited by whoever begins it: the first report was asked for, the others are due', async () => {
    const { clock, picker, take, events } = setUp();
    await clock.until(take(3));
    await picker.close();
    expect(events.flatMap((event) => (event.type === 'report' ? [event.context.asked] : []))).toEqual([true, undefined, undefined]);
  });

  it.each([[undefined, [false, false]], [true, [true, false]]])('full %s: the first report of a network that is known is full %j', async (full, expected) => {
    const { clock, picker } = setUp();
    await clock.until(picker.report());
    const made: boolean[] = [];
    await clock.until((async () => {
      for await (const { report } of picker.watch({ ...(full && { full }) })) if (made.push(report.full) >= expected.length) break;
    })());
    expect(made).toEqual(expected);
    await picker.close();
  });

  it('reports at once when the network changes, after the change has held 200 ms', async () => {
    const network = fakeNetwork();
    const { clock, take, events } = setUp(undefined, { network });
    const taken = take(2);
    await clock.advance(5_000);
    network.go({ id: 'b' });
    await clock.advance(150);
    network.go({ id: 'c' });
    await clock.until(taken);
    const [first, second] = events.flatMap((event) => (event.type === 'started' ? [event.at] : []));
    expect((second ?? 0) - (first ?? 0)).toBe(5_350);
    expect(network.listeners).toBe(0);
  });

  it('stretches its waits as it is told then, and a change ends one without end', async () => {
    const network = fakeNetwork();
    const { clock, picker, events } = setUp(undefined, { network });
    let factor = 2;
    const stop = new AbortController();
    const watching = (async () => { for await (const _picked of picker.watch({ signal: stop.signal, stretch: () => factor })); })();
    const reports = (): number => events.filter(({ type }) => type === 'report').length;
    await clock.advance(30_000);
    expect(reports()).toBe(1);
    await clock.advance(20_000);
    expect(reports()).toBe(2);
    factor = Infinity;
    await clock.advance(10_000_000);
    expect(reports()).toBe(2);
    factor = 1;
    network.go({});
    await clock.advance(500);
    expect(reports()).toBe(3);
    await clock.advance(20_500);
    expect(reports()).toBe(4);
    stop.abort();
    await clock.until(watching);
    expect(clock.sleeping).toBe(0);
  });

  it('waits while offline', async () => {
    const network = fakeNetwork();
    network.go({ online: false });
    const { clock, take, events } = setUp(undefined, { network });
    const taken = take(1);
    await clock.advance(60_000);
    expect(events).toEqual([]);
    network.go({ online: true });
    await clock.until(taken);
    expect(events.some(({ type }) => type === 'report')).toBe(true);
  });

  it.each<{ name: string; stir: (picker: ReturnType<typeof setUp>['picker'], at: number) => void; soon: boolean }>([
    { name: 'a new map', stir: (picker) => picker.update({ map: mapOf(['fra', 'par']) }), soon: true },
    { name: 'new preferences', stir: (picker) => picker.update({ preferences: { pin: '2' } }), soon: true },
    { name: 'a dead home', stir: (picker, at) => picker.note({ region: '1', type: 'dead', at }), soon: true },
    { name: 'a dead relay that is not home', stir: (picker, at) => picker.note({ region: '2', type: 'dead', at }), soon: false },
    { name: 'a life sign', stir: (picker, at) => picker.note({ region: '1', type: 'heard', at }), soon: false },
  ])('$name: a report at once is $soon', async ({ stir, soon }) => {
    const { clock, picker, take, events } = setUp();
    const taken = take(2);
    await clock.advance(1_000);
    stir(picker, clock.wall());
    await clock.advance(100);
    expect(events.filter(({ type }) => type === 'report').length).toBe(soon ? 2 : 1);
    await clock.until(taken);
  });

  it('tells the strategy what connections say', async () => {
    const { clock, picker, events } = setUp();
    await clock.until(picker.report());
    picker.note({ region: '1', type: 'up', at: clock.wall() });
    picker.note({ region: '2', type: 'draining', at: clock.wall() });
    const heardAt = clock.wall();
    await clock.advance(1_000);
    await clock.until(picker.report());
    expect(events.findLast((event) => event.type === 'started')?.context).toMatchObject({ home: { region: '1', alive: true }, heard: { '1': heardAt }, preferences: { drain: ['2'] } });
  });

  it('ends with its signal, at once and without an error', async () => {
    const { clock, picker, take } = setUp();
    const stop = new AbortController();
    const taken = take(9, stop);
    await clock.advance(30_000);
    stop.abort();
    expect((await clock.until(taken)).length).toBe(2);
    await picker.close();
    expect(clock.sleeping).toBe(0);
  });
});
