import { describe, expect, it } from 'vitest';
import { ClosedError } from '../../../core/errors.ts';
import type { PickerEvent } from '../../../core/events.ts';
import { createPicker, type Picked, type PickerOptions } from '../../../core/picker/picker.ts';
import type { Store } from '../../../core/picker/store.ts';
import type { Network } from '../../../core/probe/network.ts';
import { lowest } from '../../lowest-strategy.ts';
import { mapOf } from '../../maps.ts';
import { scriptedTransport, type Script } from '../../scripted-transport.ts';
import { virtualClock } from '../../virtual-clock.ts';

const map = mapOf(['fra', 'par', 'nyc']);

function memoryStore(text?: string): Store & { text: string | undefined; aside: string[] } {
  const store = {
    text, aside: [] as string[],
    load: async () => store.text,
    save: async (saved: string) => { store.text = saved; },
    keepAside: async (reason: string) => {
      store.aside.push(store.text ?? '');
      store.text = undefined;
      return `aside.${reason}`;
    },
  };
  return store;
}

function fakeNetwork(): Network & { go(change: { online?: boolean; id?: string }): void; listeners: number } {
  const listeners = new Set<() => void>();
  let state = { online: true, id: 'home' };
  return {
    families: () => ({ v4: true, v6: false }),
    osHasIpv6: async () => true,
    id: async () => state.id,
    online: () => state.online,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    go(change) {
      state = { ...state, ...change };
      for (const listener of listeners) listener();
    },
    get listeners() { return listeners.size; },
  };
}

function setUp(ms: Record<string, Script> = { '1a': 8, '2a': 12, '3a': 90 }, options: Partial<PickerOptions<ReturnType<ReturnType<typeof lowest>['start']>>> = {}) {
  const clock = virtualClock();
  const latencies = { ...ms };
  const transport = scriptedTransport('stun', clock, (node) => latencies[node] ?? 'silent');
  const events: PickerEvent[] = [];
  const picker = createPicker({ map, clock, transports: [transport], strategy: lowest(), random: () => 0.25, onEvent: (event) => events.push(event), ...options });
  const take = async (count: number, stop = new AbortController()): Promise<Picked[]> => {
    const taken: Picked[] = [];
    for await (const picked of picker.watch({ signal: stop.signal })) {
      taken.push(picked);
      if (taken.length === count) break;
    }
    return taken;
  };
  return { clock, latencies, transport, events, picker, take };
}

describe('report', () => {
  it('names a home, and says when it knew', async () => {
    const { clock, picker, events } = setUp({ '1a': 12, '2a': 8, '3a': 90 });
    const { report, decision, timing } = await clock.until(picker.report());
    expect(decision).toMatchObject({ home: '2', changed: true });
    expect(timing).toMatchObject({ firstAnswerMs: 8, decisionMs: 8, totalMs: 90, packetsSent: 3 });
    expect(timing).not.toHaveProperty('settledMs');
    expect(report).toMatchObject({ strategy: 'lowest', at: clock.wall(), durationMs: 90 });
    expect(events.filter(({ type }) => type === 'provisional' || type === 'report').map(({ type }) => type)).toEqual(['provisional', 'report']);
    expect(picker.home).toBe('2');
  });

  it('tells the moment of certainty', async () => {
    const { clock, picker } = setUp(undefined, { strategy: lowest({ sure: 0.97 }) });
    expect((await clock.until(picker.report())).timing).toMatchObject({ decisionMs: 8, settledMs: 8 });
  });

  it('counts from the last change on when a later answer was nearer', async () => {
    const { clock, picker, transport } = setUp({ '1a': 30, '2a': 20 });
    // The nearer one is asked first and answers last: its first packet is lost.
    const fate = transport.probe.bind(transport);
    transport.probe = async (node, options) => (node.name === '1a' ? { ...(await fate(node, options)), latencyMs: 5 } : fate(node, options));
    expect((await clock.until(picker.report())).timing).toMatchObject({ firstAnswerMs: 20, decisionMs: 30 });
  });

  it('leaves the strategy’s state alone until the report is complete', async () => {
    const { clock, picker } = setUp();
    await clock.until(picker.report());
    const store = memoryStore();
    const second = setUp(undefined, { store });
    await second.clock.until(second.picker.report());
    await second.picker.close();
    expect(JSON.parse(store.text ?? '').networks[0].state.choices).toBe(1);
  });

  it('keeps a home that was asked and may still answer', async () => {
    const { clock, picker, latencies, events } = setUp();
    await clock.until(picker.report());
    Object.assign(latencies, { '1a': 20, '2a': 12 });
    events.length = 0;
    await clock.until(picker.report());
    const published = events.flatMap((event) => (event.type === 'provisional' ? [[event.decision.home, event.decision.reason, event.atMs]] : []));
    expect(published[0]).toEqual(['1', 'pending', 12]);
    expect(published.at(-1)).toEqual(['2', 'nearest', 20]);
  });

  it('joins a report under way', async () => {
    const { clock, picker, transport } = setUp();
    const [one, other] = [picker.report(), picker.report()];
    expect(await clock.until(one)).toBe(await other);
    expect(transport.probes).toHaveLength(3);
  });

  it('goes on for the others when one who waits gives up, and stops when all do', async () => {
    const { clock, picker, transport } = setUp();
    const [first, second] = [new AbortController(), new AbortController()];
    const [one, other] = [picker.report({ signal: first.signal }), picker.report({ signal: second.signal })];
    one.catch(() => {});
    other.catch(() => {});
    await clock.advance(10);
    first.abort(new Error('no patience'));
    await expect(clock.until(one)).rejects.toThrow('no patience');
    expect(transport.underWay).toBe(2);
    second.abort(new Error('me neither'));
    await expect(clock.until(other)).rejects.toThrow('me neither');
    await clock.advance(0);
    expect(transport.underWay).toBe(0);
    expect(picker.decision.home).toBeUndefined();
    await expect(clock.until(picker.report())).resolves.toMatchObject({ decision: { home: '1' } });
  });

  it.each([0, 5, 50])('close after %i ms ends a report under way and leaves nothing', async (afterMs) => {
    const { clock, picker, transport } = setUp();
    const report = picker.report();
    report.catch(() => {});
    await clock.advance(afterMs);
    await clock.until(picker.close());
    await expect(report).rejects.toThrow(ClosedError);
    await expect(picker.report()).rejects.toThrow(ClosedError);
    expect({ underWay: transport.underWay, closed: transport.closed, sleeping: clock.sleeping }).toEqual({ underWay: 0, closed: true, sleeping: 0 });
  });

  it('never invents a home: what stands in is the snapshot’s affair', async () => {
    const { clock, picker } = setUp({});
    const { decision } = await clock.until(picker.report());
    expect(decision.home).toBeUndefined();
    const { home, state, reason } = picker.snapshot();
    expect({ state, reason }).toEqual({ state: 'unreachable', reason: 'fallback' });
    expect(map.regions.map(({ id }) => id)).toContain(home);
    expect(setUp({}).picker.home).toBe(home);
  });

  it('keeps to the last home when nothing answers', async () => {
    const { clock, picker, latencies } = setUp();
    await clock.until(picker.report());
    for (const node of Object.keys(latencies)) delete latencies[node];
    expect((await clock.until(picker.report())).decision.home).toBeUndefined();
    expect(picker.home).toBe('1');
  });

  it.each(['sample', 'provisional', 'report', 'started'])('outlives a listener that throws on %s, and tells it', async (type) => {
    const notes: string[] = [];
    const { clock, picker } = setUp(undefined, { onEvent(event) {
      if (event.type === 'note') notes.push(event.code);
      if (event.type === type || event.type === 'note') throw new Error('a bug');
    } });
    expect((await clock.until(picker.report())).decision.home).toBe('1');
    expect(notes).toContain('listener');
  });

  it('says that an empty map is no map', () => {
    const { picker } = setUp({}, { map: { version: 1, regions: [] } });
    expect(picker.decision).toMatchObject({ state: 'waiting', reason: 'no-map' });
    expect(picker.home).toBeUndefined();
  });
});

describe('time', () => {
  it.each<{ name: string; happen: (clock: ReturnType<typeof virtualClock>) => void; gapMs: number | undefined }>([
    { name: 'nothing odd', happen: () => {}, gapMs: undefined },
    { name: 'NTP slews by a second', happen: (clock) => clock.setWall(clock.wall() + 1_000), gapMs: undefined },
    { name: 'a suspend of an hour', happen: (clock) => clock.suspend(3_600_000), gapMs: 3_600_000 },
    { name: 'the clock is set back a day', happen: (clock) => clock.setWall(clock.wall() - 86_400_000), gapMs: -86_400_000 },
  ])('$name', async ({ happen, gapMs }) => {
    const { clock, picker, events } = setUp();
    await clock.until(picker.report());
    await clock.advance(20_000);
    happen(clock);
    await clock.until(picker.report());
    const started = events.filter((event) => event.type === 'started');
    expect(started.at(-1)?.context.network?.gapMs).toBe(gapMs);
    const [first, second] = events.flatMap((event) => (event.type === 'report' ? [event.at] : []));
    // From one report's end to the next's: by the wall clock after a gap, else as if nobody had touched it.
    expect((second ?? 0) - (first ?? 0)).toBe(20_090 + (gapMs ?? 0));
  });
});

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
});

describe('watch', () => {
  it('waits as the strategy says, from one end to the next start', async () => {
    const { clock, picker, take, events } = setUp();
    await clock.until(take(3));
    const starts = events.flatMap((event) => (event.type === 'started' ? [event.at] : []));
    expect(starts.map((at) => at - (starts[0] ?? 0))).toEqual([0, 20_090, 40_180]);
    await picker.close();
    expect(clock.sleeping).toBe(0);
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
