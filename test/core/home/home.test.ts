import { describe, expect, it } from 'vitest';
import { createHome } from '../../../core/home/home.ts';
import { setUp, type FakeConnection } from './rig.ts';

const settled = 10_000;
const minute = 60_000;

describe('createHome', () => {
  it('connects to the nearest, proves it, announces it and tells relay and picker', async () => {
    const { clock, home, events, notes, relay, announcements, close } = setUp();
    expect(home.current).toBeUndefined();
    await clock.advance(settled);
    expect(announcements()).toEqual(['up 1 first']);
    expect(home.current).toMatchObject({ region: '1', node: '1a', rttMs: 8, connection: { name: '1a' } });
    expect(events.filter((event) => event.type === 'connection').map(({ region, state }) => `${region} ${state}`)).toEqual(['1 connecting', '1 serves', '1 carries']);
    expect(relay('1a').preferred).toBe(1);
    expect(notes[0]).toMatchObject({ region: '1', type: 'up' });
    expect(home.standby).toBeDefined();
    await close();
    expect([relay('1a').open, clock.sleeping, announcements().at(-1)]).toEqual([0, 0, 'down 1 closed']);
  });

  it('announces the first home about one connect after the first answer, before the report is over', async () => {
    const { clock, lastOf, pickerEvents, close } = setUp();
    await clock.advance(settled);
    const up = lastOf('up');
    const started = pickerEvents.find((event) => event.type === 'started');
    // A beacon of 8 ms, a connection of four round trips, an echo.
    expect((up?.at ?? 0) - (started?.type === 'started' ? started.at : 0)).toBeLessThan(8 * 6 + 20);
    await close();
  });

  it('knows a cut connection at once, and announces the next best within one connect', async () => {
    const { clock, relay, announcements, lastOf, close } = setUp(undefined, { attention: 'live' });
    await clock.advance(minute);
    relay('1a').service = 'refuses';
    relay('1a').cut();
    await clock.advance(1_000);
    expect(announcements().slice(1)).toEqual(['down 1 transport', 'up 2 failover']);
    // Four round trips of 8 ms to be refused, at most, and five of 20 ms to be served.
    expect(lastOf('up')?.previous).toBe('1');
    expect(lastOf('up')?.downMs).toBeLessThanOrEqual(4 * 8 + 5 * 20);
    await close();
  });

  it('takes its time to replace a home that nobody uses: up to 5 s by chance, unless there is traffic', async () => {
    const downMsOf = async (chance: number, used: boolean): Promise<number> => {
      const { clock, home, relay, lastOf, close } = setUp(undefined, { chance: () => chance });
      await clock.advance(minute);
      const connection = home.current?.connection;
      if (connection && used) connection.usedAtMs = clock.now();
      relay('1a').service = 'refuses';
      relay('1a').cut();
      await clock.advance(7_000);
      await close();
      return lastOf('up')?.downMs ?? Infinity;
    };
    // The lost relay is asked once more while the picker does not know better.
    const connectMs = 4 * 8 + 5 * 20;
    for (const chance of [0.2, 0.6, 0.999]) {
      expect(Math.abs(await downMsOf(chance, false) - chance * 5_000 - connectMs)).toBeLessThanOrEqual(connectMs);
      expect(await downMsOf(chance, true)).toBeLessThanOrEqual(connectMs);
    }
  });

  it.each([
    { attention: 'live' as const, withinMs: 1_300, pings: 2 },
    { attention: 'idle' as const, withinMs: 6_000, pings: 0.2 },
    { attention: { everyMs: 2_000, knownWithinMs: 3_000 }, withinMs: 3_000, pings: 0.5 },
  ])('knows a mute relay within $withinMs ms with attention $attention', async ({ attention, withinMs, pings }) => {
    for (const offsetMs of [0, 130, 390, 499]) {
      const { clock, relay, lastOf, announcements, close } = setUp(undefined, { attention });
      await clock.advance(settled);
      const before = relay('1a').pings;
      await clock.advance(minute + offsetMs);
      expect(Math.abs((relay('1a').pings - before) / 60 - pings)).toBeLessThan(0.05 * pings + 0.02);
      relay('1a').service = 'mute';
      const mutedAt = clock.wall();
      await clock.advance(withinMs + 2 * minute);
      expect(announcements().slice(1, 3)).toEqual(['down 1 silent', 'up 2 failover']);
      expect((lastOf('down')?.at ?? Infinity) - mutedAt).toBeLessThanOrEqual(withinMs);
      expect(lastOf('up')?.downMs).toBe(5 * 20);
      await close();
    }
  });

  it.each([{ rttMs: 1 }, { rttMs: 80 }, { rttMs: 250 }, { rttMs: 420 }])('takes no relay for dead that answers after $rttMs ms', async ({ rttMs }) => {
    const { clock, announcements, close } = setUp({ '1a': rttMs }, { attention: 'live' });
    await clock.advance(10 * minute);
    expect(announcements()).toEqual(['up 1 first']);
    await close();
  });

  it('sends no ping while traffic shows life, and is wide awake for a while after it', async () => {
    const { clock, home, relay, close } = setUp();
    await clock.advance(settled);
    const connection = home.current?.connection;
    if (!connection) throw new Error('no home');
    const perSecond = async (seconds: number, traffic: boolean): Promise<number> => {
      const before = relay('1a').pings;
      for (let at = 0; at < seconds * 10; at++) {
        if (traffic) connection.usedAtMs = connection.heardAtMs = clock.now();
        await clock.advance(100);
      }
      return (relay('1a').pings - before) / seconds;
    };
    expect(await perSecond(10, true)).toBe(0);
    expect(await perSecond(20, false)).toBeGreaterThan(1.8);
    await clock.advance(20_000);
    expect(await perSecond(20, false)).toBeCloseTo(0.2, 1);
    await close();
  });

  it('does not go back to a relay whose beacon lives and whose service is dead, until that is well again', async () => {
    const { clock, relay, announcements, picker, close } = setUp(undefined, { attention: 'live' });
    await clock.advance(minute);
    relay('1a').service = 'refuses';
    relay('1a').cut();
    await clock.advance(60 * minute);
    expect(announcements().slice(1)).toEqual(['down 1 transport', 'up 2 failover']);
    expect(picker.decision.home).toBe('2');
    relay('1a').service = 'serves';
    await clock.advance(30 * minute);
    expect(announcements().slice(3)).toEqual(['moved 1 chosen']);
    await close();
  });

  it('asks a dead relay ever more rarely', async () => {
    const { clock, relay, events, close } = setUp();
    await clock.advance(minute);
    relay('1a').service = 'refuses';
    relay('1a').cut();
    await clock.advance(6 * 60 * minute);
    const attempts = events.filter((event) => event.type === 'connection' && event.region === '1' && event.state === 'connecting').length;
    expect(attempts).toBeGreaterThan(6 * 10);
    expect(attempts).toBeLessThan(6 * 40);
    await close();
  }, minute);

  it('moves when another proves nearer: never without a home, both connected on the way', async () => {
    const { clock, relay, beacons, announcements, close } = setUp();
    await clock.advance(minute);
    beacons['3a'] = 2;
    relay('3a').rttMs = 2;
    await clock.advance(20 * minute);
    expect(announcements()).toEqual(['up 1 first', 'moved 3 chosen']);
    expect([relay('1a').preferred, relay('3a').preferred]).toEqual([0, 1]);
    await clock.advance(2 * minute);
    expect([relay('1a').open, relay('3a').open]).toEqual([0, 1]);
    await close();
  });

  it.each([
    { name: 'its beacon alive', beacon: 8 as const },
    { name: 'its beacon as dead as its service', beacon: 'silent' as const },
  ])('looks after a home that died, $name, and comes back once it is well', async ({ beacon }) => {
    const { clock, relay, beacons, announcements, events, close } = setUp(undefined, { attention: 'live', connectTimeoutMs: 5_000 });
    await clock.advance(minute);
    relay('1a').service = 'mute';
    beacons['1a'] = beacon;
    await clock.advance(minute);
    expect(announcements().slice(1)).toEqual(['down 1 silent', 'up 2 failover']);
    const attempts = events.filter((event) => event.type === 'connection' && event.region === '1' && event.state === 'failed').length;
    expect(attempts).toBeGreaterThan(2);
    relay('1a').service = 'serves';
    beacons['1a'] = 8;
    const wellAt = clock.wall();
    await clock.advance(9 * minute);
    const carried = events.find((event) => event.type === 'connection' && event.region === '1' && event.state === 'carries' && event.at > wellAt);
    expect((carried?.at ?? Infinity) - wellAt).toBeLessThan(minute);
    expect(announcements().slice(3)).toEqual(['moved 1 chosen']);
    await close();
  });

  it('heeds a relay that restarts', async () => {
    const { clock, relay, announcements, close } = setUp(undefined, { attention: 'live' });
    await clock.advance(minute);
    relay('1a').say({ type: 'restarting', reconnectInMs: 3_000, tryForMs: 60_000 });
    await clock.advance(2_000);
    expect(announcements().slice(1)).toEqual(['moved 2 restarting']);
    relay('1a').service = 'refuses';
    relay('1a').cut();
    await clock.advance(5_000);
    relay('1a').service = 'serves';
    await clock.advance(30 * minute);
    expect(announcements().slice(2)).toEqual(['moved 1 chosen']);
    await close();
  });

  it('opens what the application wants beside the home, and closes it once it is unused', async () => {
    const { clock, home, relay, close } = setUp();
    await clock.advance(settled);
    const opened = await clock.until(home.open('3'));
    expect(opened.name).toBe('3a');
    expect(await home.open('3')).toBe(opened);
    expect(home.connections.map(({ region, isHome }) => [region, isHome])).toEqual([['1', true], ['3', false]]);
    await clock.advance(50_000);
    opened.usedAtMs = clock.now();
    await clock.advance(50_000);
    expect(relay('3a').open).toBe(1);
    await clock.advance(12_000);
    expect(relay('3a').open).toBe(0);
    await close();
  });

  it.each([
    { name: 'a region that is not in the map', region: '9', prepare: () => {} },
    { name: 'a relay that refuses', region: '3', prepare: (rig: ReturnType<typeof setUp>) => { rig.relay('3a').service = 'refuses'; } },
  ])('refuses to open $name', async ({ region, prepare }) => {
    const rig = setUp();
    prepare(rig);
    await rig.clock.advance(settled);
    await expect(rig.clock.until(rig.home.open(region))).rejects.toThrow('no connection');
    await rig.close();
  });

  it('ends an open when its signal aborts, or the home closes', async () => {
    const { clock, home, relay, close } = setUp();
    relay('3a').service = 'hangs';
    await clock.advance(settled);
    const stop = new AbortController();
    const aborted = expect(home.open('3', { signal: stop.signal })).rejects.toThrow('enough');
    const closed = expect(home.open('3')).rejects.toThrow('closed');
    stop.abort(new Error('enough'));
    await aborted;
    await close();
    await closed;
    await expect(home.open('1')).rejects.toThrow('closed');
    expect(clock.sleeping).toBe(0);
  });

  it('goes somewhere when nothing answers: one client always the same way, all clients to all relays', async () => {
    const orderOf = async (clientKey: string): Promise<string> => {
      const { clock, relays, beacons, events, close } = setUp(undefined, { clientKey });
      for (const [name, relay] of Object.entries(relays)) {
        beacons[name] = 'silent';
        relay.service = 'refuses';
      }
      await clock.advance(minute);
      await close();
      return [...new Set(events.flatMap((event) => (event.type === 'connection' && event.state === 'connecting' ? [event.region] : [])))].join(' ');
    };
    const keys = Array.from({ length: 12 }, (_, at) => `client ${at}`);
    const orders: string[] = [];
    for (const key of keys) orders.push(await orderOf(key));
    expect(orders.every((order) => order.split(' ').toSorted().join(' ') === '1 2 3')).toBe(true);
    expect(new Set(orders.map((order) => order[0]))).toEqual(new Set(['1', '2', '3']));
    for (const at of [0, 5]) expect(await orderOf(keys[at] ?? '')).toBe(orders[at]);
  });

  it('gives up an attempt that takes too long', async () => {
    const { clock, relay, announcements, events, close } = setUp(undefined, { connectTimeoutMs: 2_000 });
    relay('1a').service = 'hangs';
    await clock.advance(settled);
    expect(announcements()[0]).toBe('up 2 first');
    expect(events.some((event) => event.type === 'connection' && event.state === 'failed' && event.message === 'not connected within 2000 ms')).toBe(true);
    await close();
  });

  it('stops at wrong credentials, and goes on when told', async () => {
    const { clock, relay, home, events, announcements, close } = setUp();
    relay('1a').service = 'refuses';
    relay('1a').error = Object.assign(new Error('who are you'), { status: 401 });
    await clock.advance(5 * minute);
    expect(events.at(-1)).toMatchObject({ type: 'stopped', region: '1', message: 'who are you' });
    relay('1a').service = 'serves';
    home.retry();
    expect(announcements()).toEqual([]);
    await clock.advance(minute);
    expect(announcements()[0]).toMatch(/^up \d first$/);
    await close();
  });

  it.each<{ name: string; mistake: (connection: FakeConnection) => Partial<FakeConnection> }>([
    { name: 'preferences', mistake: () => ({ setPreferred: () => { throw new Error('no such frame'); } }) },
    { name: 'end', mistake: () => ({ close: () => { throw new Error('not open'); } }) },
    { name: 'report of its end', mistake: ({ closed }) => ({ closed: closed.then((message) => Promise.reject(new Error(message))) }) },
  ])('survives a connection that throws in its $name', async ({ mistake }) => {
    const rig = setUp(undefined, { attention: 'live' }, mistake);
    await rig.clock.advance(minute);
    expect(rig.announcements()).toEqual(['up 1 first']);
    rig.relay('1a').cut();
    await rig.clock.advance(0);
    expect(rig.announcements().at(-1)).toBe('down 1 transport');
    await rig.close();
    expect(rig.clock.sleeping).toBe(0);
  });

  it('takes a ping that throws for one that goes unanswered', async () => {
    let pings = 0;
    const rig = setUp(undefined, { attention: 'live' }, ({ ping }) => ({ ping(signal) {
      if (++pings > 3) throw new Error('over');
      return ping(signal);
    } }));
    await rig.clock.advance(minute);
    expect(rig.announcements().slice(0, 2)).toEqual(['up 1 first', 'down 1 silent']);
    await rig.close();
  });

  it('holds a move while it cannot be told whether peers can be told', async () => {
    const { clock, beacons, relay, events, announcements, close } = setUp(undefined, { canAnnounce: () => { throw new Error('no control connection'); } });
    await clock.advance(minute);
    beacons['3a'] = relay('3a').rttMs = 2;
    await clock.advance(20 * minute);
    expect(announcements()).toEqual(['up 1 first']);
    expect(events.some((event) => event.type === 'held')).toBe(true);
    await close();
  });

  it.each([
    { name: 'set back a day', jump: (rig: ReturnType<typeof setUp>) => rig.clock.setWall(rig.clock.wall() - 1_440 * minute) },
    { name: 'set forward a day', jump: (rig: ReturnType<typeof setUp>) => rig.clock.setWall(rig.clock.wall() + 1_440 * minute) },
    { name: 'ahead by a suspend', jump: (rig: ReturnType<typeof setUp>) => rig.clock.suspend(60 * minute) },
  ])('a clock that is $name moves nothing, and keeps no dead relay', async ({ jump }) => {
    const rig = setUp(undefined, { attention: 'live' });
    await rig.clock.advance(minute);
    jump(rig);
    await rig.clock.advance(10 * minute);
    expect(rig.announcements()).toEqual(['up 1 first']);
    rig.relay('1a').service = 'mute';
    await rig.clock.advance(1_300 + 5 * 20);
    expect(rig.announcements().slice(1)).toEqual(['down 1 silent', 'up 2 failover']);
    expect(rig.lastOf('up')?.downMs).toBe(5 * 20);
    await rig.clock.advance(10 * minute);
    expect(rig.picker.decision.home).toBe('2');
    await rig.close();
  });

  it.each([{ name: 'connects at once where the picker decided before, though nobody watches that', isNew: false }, { name: 'asks no relay of a map that the picker has no more', isNew: true }])('$name', async ({ isNew }) => {
    const rig = setUp(undefined, { watch: false });
    await rig.clock.until(rig.picker.report());
    if (isNew) rig.picker.update({ map: { ...rig.map } });
    let asked: string | undefined;
    const home = createHome({ picker: rig.picker, clock: rig.clock, random: () => 0.5, watch: false, connect({ region }) {
      asked ??= region.id;
      return Promise.reject(new Error('no'));
    } });
    await rig.clock.advance(0);
    expect(asked).toBe(isNew ? undefined : '1');
    await home.close();
    await rig.close();
  });

  it.each([
    { connectTimeoutMs: 0 }, { connectTimeoutMs: NaN }, { idleCloseMs: -1 }, { attention: 'Live' as never }, { attention: { everyMs: 0, knownWithinMs: 1_000 } },
    { attention: { everyMs: 500, knownWithinMs: NaN } }, { attention: { everyMs: 500, knownWithinMs: 1_000, spreadMs: -1 } },
  ])('refuses %o', (wrong) => {
    expect(() => setUp(undefined, wrong)).toThrow(new RegExp(`^${Object.keys(wrong)[0]}: must be`));
  });

  it('survives listeners that throw or close it', async () => {
    const rig = setUp(undefined, { onEvent(event) {
      if (event.type === 'home' && event.event === 'up') void rig.home.close();
      throw new Error('a listener\'s mistake');
    } });
    await rig.clock.advance(settled);
    expect([rig.home.current, rig.relay('1a').open]).toEqual([undefined, 0]);
    await rig.close();
    expect(rig.clock.sleeping).toBe(0);
  });
});
