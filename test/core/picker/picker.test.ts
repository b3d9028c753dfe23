import { describe, expect, it } from 'vitest';
import { ClosedError } from '../../../core/errors.ts';
import { lowest } from '../../lowest-strategy.ts';
import type { virtualClock } from '../../virtual-clock.ts';
import { map, memoryStore, setUp } from './rig.ts';

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

  it('counts from when a home that stood from before has answered, however unsure that is', async () => {
    const { clock, picker, events } = setUp({ '1a': 8, '2a': 12, '3a': 90 }, { strategy: { ...lowest({ sure: 0 }), choose: (state) => ({ state, decision: { home: '2', changed: false, state: 'settled', sure: 0, ageMs: 0, reason: 'pinned', why: {}, equals: [], sentence: '' } }) } });
    await clock.until(picker.report());
    events.length = 0;
    expect((await clock.until(picker.report())).timing).toMatchObject({ firstAnswerMs: 8, decisionMs: 12, totalMs: 90 });
    expect(events.filter(({ type }) => type === 'provisional')).toMatchObject([{ atMs: 8, decision: { reason: 'pending' } }, { atMs: 12, decision: { reason: 'pinned' } }]);
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
  it('tells of a suspend in the first report that is over, not in one that was given up', async () => {
    const { clock, picker, events } = setUp();
    await clock.until(picker.report());
    clock.suspend(3_600_000);
    const stop = new AbortController();
    const given = expect(picker.report({ signal: stop.signal })).rejects.toThrow('enough');
    await clock.advance(5);
    stop.abort(new Error('enough'));
    await clock.until(given);
    clock.suspend(60_000);
    for (let count = 0; count < 2; count++) await clock.until(picker.report());
    const gaps = events.flatMap((event) => (event.type === 'started' ? [event.context.network?.gapMs] : []));
    expect(gaps).toEqual([undefined, 3_600_000, 3_660_000, undefined]);
  });

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
