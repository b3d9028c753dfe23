import { describe, expect, it } from 'vitest';
import { errorOf, isPending } from '../../until.ts';
import { fleet, office, rig, turnMap, turnNode } from './rig.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

describe('living ICE servers', () => {
  it('come with the nearest region\'s first, then the fallback\'s', async () => {
    const { get, asked } = office();
    const { live, at, clock, told } = rig({ credentials: get });
    expect(live.current).toBeUndefined();
    at('par');
    const { iceServers, region, fallback, expiresAt, decision } = await clock.until(live.ready);
    expect(iceServers).toEqual([{ urls: ['turn:par.test'], username: 'par', credential: 'par1' }, { urls: ['turn:fra.test'], username: 'fra', credential: 'fra1' }]);
    expect([region.code, fallback?.code, expiresAt, decision.home]).toEqual(['par', 'fra', clock.wall() + hourMs, 'par']);
    expect([told(), asked, live.current?.region.code]).toEqual([['first par1 fra1'], ['par', 'fra'], 'par']);
  });

  it.each([
    { what: 'five minutes before their end', ttlMs: hourMs, marginMs: undefined, dueMs: hourMs - 5 * minuteMs },
    { what: 'as long before their end as wanted', ttlMs: hourMs, marginMs: 20 * minuteMs, dueMs: 40 * minuteMs },
    { what: 'after half of a short life', ttlMs: 20_000, marginMs: undefined, dueMs: 10_000 },
    { what: 'not more than once a second', ttlMs: 1, marginMs: undefined, dueMs: 1_000 },
    { what: 'after a minute where they have ended when they come, as one clock must be wrong', ttlMs: -hourMs, marginMs: undefined, dueMs: 30_000 },
  ])('are renewed $what', async ({ ttlMs, marginMs, dueMs }) => {
    const { get, asked } = office(() => ({ ttlMs }));
    const { live, at, clock } = rig({ credentials: get, fallbacks: 0, ...(marginMs !== undefined && { marginMs }) });
    at('fra');
    await clock.until(live.ready);
    await clock.advance(dueMs - 1);
    expect(asked).toEqual(['fra']);
    await clock.advance(1);
    expect(asked).toEqual(['fra', 'fra']);
    expect(live.current?.iceServers).toMatchObject([{ credential: 'fra2' }]);
    live.close();
    expect(clock.sleeping).toBe(0);
  });

  it.each([
    { what: 'without an end', credentials: office(() => ({})).get },
    { what: 'of the map', credentials: undefined },
  ])('are not renewed where they are $what: nothing sleeps', async ({ credentials }) => {
    const map = turnMap(['fra'], (code) => ({ ...turnNode(code), turn: { urls: ['turn:fra.test'], username: 'map', credential: 'map' } }));
    const { live, at, clock, told } = rig(credentials ? { credentials } : {}, map);
    at('fra');
    expect(await clock.until(live.ready)).not.toHaveProperty('expiresAt');
    expect(told()).toEqual([credentials ? 'first fra1' : 'first map']);
    expect(clock.sleeping).toBe(0);
  });

  it.each([
    { what: 'the machine sleeps', pass: (clock: ReturnType<typeof rig>['clock'], ms: number) => clock.suspend(ms) },
    { what: 'somebody sets the clock forward', pass: (clock: ReturnType<typeof rig>['clock'], ms: number) => clock.setWall(clock.wall() + ms) },
  ])('are renewed within half a minute when $what past their time', async ({ pass }) => {
    const { get, asked } = office();
    const { live, at, clock, told } = rig({ credentials: get, fallbacks: 0 });
    at('fra');
    await clock.until(live.ready);
    pass(clock, 2 * hourMs);
    await clock.advance(30_000);
    expect(asked).toEqual(['fra', 'fra']);
    // Never an empty list in between, as new ones came at once.
    expect(told()).toEqual(['first fra1', 'credentials fra2']);
  });

  it('are renewed in time when somebody sets the clock back', async () => {
    const { get, asked } = office();
    const { live, at, clock } = rig({ credentials: get, fallbacks: 0 });
    at('fra');
    await clock.until(live.ready);
    clock.setWall(clock.wall() - 5 * hourMs);
    await clock.advance(hourMs - 5 * minuteMs);
    expect(asked).toEqual(['fra', 'fra']);
  });

  it('stay while renewing fails, asked for at 1, 2, 4 … 60 s, until they end; and come back', async () => {
    let isDown = false;
    const { get } = office(async () => (isDown ? Promise.reject(new Error('503')) : { ttlMs: hourMs }));
    const { live, at, clock, told, events } = rig({ credentials: get, fallbacks: 0 });
    at('fra');
    await clock.until(live.ready);
    isDown = true;
    await clock.advance(hourMs - 1);
    const retries = events.flatMap((event) => (event.type === 'failed' ? [event.retryMs / 1000] : []));
    expect(retries.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    // 63 s of doubling, then one a minute of the five.
    expect(retries).toHaveLength(10);
    expect(told().filter((line) => !line.startsWith('failed'))).toEqual(['first fra1']);
    await clock.advance(1);
    expect(told().at(-1)).toBe('ended');
    expect(live.current).toMatchObject({ iceServers: [], region: { code: 'fra' } });
    expect(live.current).not.toHaveProperty('expiresAt');
    isDown = false;
    await clock.advance(minuteMs);
    expect(told().at(-1)).toMatch(/^first fra\d+$/);
  });

  it('change their order at once when the home moves to a fallback, and ask for nothing', async () => {
    const { get, asked } = office();
    const { live, at, clock, told } = rig({ credentials: get });
    at('fra');
    await clock.until(live.ready);
    at('par');
    // In the same turn.
    expect(told()).toEqual(['first fra1 par1', 'order par1 fra1']);
    await clock.advance(minuteMs);
    at('fra');
    expect(told().at(-1)).toBe('order fra1 par1');
    expect(asked).toEqual(['fra', 'par']);
  });

  it('keep the old order until a new home has credentials, and know those of a region that returns', async () => {
    let give = (): void => {};
    const { get, asked } = office((code) => (code === 'nyc' ? new Promise((resolve) => { give = () => resolve({ ttlMs: hourMs }); }) : { ttlMs: hourMs }));
    const { live, at, clock, told } = rig({ credentials: get });
    at('fra');
    await clock.until(live.ready);
    at('nyc', { nyc: 1, sin: 2, fra: Infinity, par: Infinity });
    await clock.advance(500);
    expect([asked, told()]).toEqual([['fra', 'par', 'nyc', 'sin'], ['first fra1 par1']]);
    give();
    await clock.advance(0);
    expect(told().slice(1)).toEqual(['order nyc1 sin1']);
    at('fra');
    expect(told().slice(2)).toEqual(['order fra1 par1']);
    expect(asked).toHaveLength(4);
  });

  it('fall back on what they know while a new fallback is asked for', async () => {
    const { get } = office((code) => (code === 'sin' ? new Promise(() => {}) : { ttlMs: hourMs }));
    const { live, at, clock, told } = rig({ credentials: get });
    at('fra');
    await clock.until(live.ready);
    at('par', { par: 1, sin: 2, fra: Infinity, nyc: 90 });
    expect(told().slice(1)).toEqual(['order par1 fra1']);
  });

  it.each<{ what: string; home: string; latencies: Record<string, number>; wanted: string[] }>([
    { what: 'fallback', home: 'fra', latencies: { fra: 1, sin: 2, par: Infinity, nyc: Infinity }, wanted: ['credentials fra2 par1'] },
    { what: 'home', home: 'sin', latencies: { sin: 1, fra: 2 }, wanted: ['credentials fra2 par1'] },
  ])('renew those that are listed while a new $what is asked for', async ({ home, latencies, wanted }) => {
    const { get } = office((code) => (code === 'sin' ? new Promise(() => {}) : { ttlMs: 20_000 }));
    const { live, at, clock, told } = rig({ credentials: get });
    at('fra');
    await clock.until(live.ready);
    await clock.advance(9_000);
    at(home, latencies);
    await clock.advance(1_000);
    expect(told().slice(1)).toEqual(wanted);
  });

  it.each<{ what: string; latencies: Record<string, number>; wanted: string[] }>([
    { what: 'when another is a little nearer', latencies: { fra: 10, par: 20, nyc: 19 }, wanted: [] },
    { what: 'when a short report leaves it out', latencies: { fra: 10, nyc: 19 }, wanted: [] },
    { what: 'but not when it answers no more and another does', latencies: { fra: 10, par: Infinity, nyc: 19 }, wanted: ['order fra1 nyc1'] },
    { what: 'when nothing answers', latencies: { fra: Infinity, par: Infinity, nyc: Infinity, sin: Infinity }, wanted: [] },
  ])('keep the fallback $what', async ({ latencies, wanted }) => {
    const { live, at, clock, told } = rig({ credentials: office().get });
    at('fra');
    await clock.until(live.ready);
    at('fra', latencies);
    await clock.advance(1);
    expect(told().slice(1)).toEqual(wanted);
  });

  it('leave out a region that gives no credentials, until it does', async () => {
    const { get } = office(async (code, count) => (code === 'fra' && count < 3 ? Promise.reject(new Error('503')) : {}));
    const { live, at, clock, told } = rig({ credentials: get });
    at('fra');
    expect((await clock.until(live.ready)).region.code).toBe('par');
    await clock.advance(3_000);
    expect(told()).toEqual(['failed fra', 'first par1', 'failed fra', 'order fra3 par1']);
  });

  it('do not wait long for a fallback that is slow, nor for ever for the nearest', async () => {
    const { get, signals } = office((code) => (code === 'fra' ? {} : new Promise(() => {})));
    const { live, at, clock, told } = rig({ credentials: get });
    at('fra');
    await clock.advance(250);
    expect(live.current?.iceServers).toMatchObject([{ credential: 'fra1' }]);
    at('par');
    await clock.advance(9_750);
    expect(told()).toEqual(['first fra1', 'failed par']);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, ...signals.slice(2).map(() => false)]);
  });

  it.each<{ what: string; options: Parameters<typeof rig>[0]; map?: Parameters<typeof rig>[1]; message: RegExp }>([
    { what: 'no region gives credentials', options: { credentials: ({ code }) => Promise.reject(new Error(`${code} refused`)) }, message: /^fra refused$/ },
    { what: 'what it gives are none', options: { credentials: async () => ({ username: 'a' }) as never }, message: /^credentials have a username/ },
    { what: 'their life is text', options: { credentials: async () => ({ username: 'a', credential: 'b', ttlMs: '3600' }) as never }, message: /^ttlMs and expiresAt of credentials are numbers/ },
    { what: 'no region has TURN or STUN', options: {}, map: turnMap(['fra'], () => ({ name: 'a', host: 'a.test' })), message: /^no region with TURN or STUN/ },
  ])('are not ready where $what', async ({ options, map, message }) => {
    const { live, at, clock } = rig(options, map);
    at('fra');
    expect(await errorOf(clock.until(live.ready))).toMatchObject({ message: expect.stringMatching(message) });
    expect(live.current).toBeUndefined();
    live.close();
  });

  it('take a new map at once; of other relays under an old id the credentials are new', async () => {
    const { get } = office();
    const { live, at, clock, told } = rig({ credentials: get });
    at('fra');
    await clock.until(live.ready);
    at('fra', undefined, turnMap(['par', 'fra'], (code) => (code === 'fra' ? { ...turnNode(code), host: 'other.test', turn: { urls: ['turn:other.test'] } } : turnNode(code))));
    await clock.advance(1);
    expect(told().slice(1)).toEqual(['order fra2 par1']);
    at('par', undefined, turnMap(['par']));
    expect(told().at(-1)).toBe('order par1');
  });

  it('are none any more when the map has none, and come again with it', async () => {
    const { live, at, clock, told } = rig({ credentials: office().get });
    at('fra');
    await clock.until(live.ready);
    at('fra', undefined, { version: 1, regions: [] });
    expect(live.current?.iceServers).toEqual([]);
    at('par');
    await clock.advance(1);
    expect(told().slice(1)).toEqual(['ended', 'first par2', 'order par2 fra2']);
    live.close();
    expect(clock.sleeping).toBe(0);
  });

  it('need no credentials for STUN', async () => {
    const { get, asked } = office();
    const { live, at, clock } = rig({ credentials: get }, turnMap(['fra', 'par'], (code) => ({ name: code, host: `${code}.test`, stun: { port: 1, dialect: 'plain' } })));
    at('par');
    expect((await clock.until(live.ready)).iceServers).toEqual([{ urls: 'stun:par.test:1' }, { urls: 'stun:fra.test:1' }]);
    expect(asked).toEqual([]);
  });

  it.each([
    { what: 'closed', end: (live: ReturnType<typeof rig>['live']) => live.close(), error: { name: 'ClosedError' } },
    { what: 'aborted', end: (_: unknown, controller: AbortController) => controller.abort(new Error('enough')), error: { message: 'enough' } },
  ])('leave nothing behind when they are $what', async ({ end, error }) => {
    const controller = new AbortController();
    const { get, signals } = office(() => new Promise(() => {}));
    const { live, at, clock, events } = rig({ credentials: get, signal: controller.signal });
    at('fra');
    expect(await isPending(live.ready)).toBe(true);
    end(live, controller);
    expect(await errorOf(live.ready)).toMatchObject(error);
    at('par');
    await clock.advance(hourMs);
    expect([signals.map(({ aborted }) => aborted), clock.sleeping, events]).toEqual([[true, true], 0, []]);
  });

  it('go on when a listener fails, and tell those that subscribed until they stop', async () => {
    const { live, at, clock, events } = rig({ credentials: office().get });
    const heard: string[] = [];
    live.subscribe(() => { throw new Error('a mistake'); });
    const stop = live.subscribe(({ type }) => heard.push(type));
    at('fra');
    await clock.until(live.ready);
    stop();
    at('par');
    expect([heard, events.length]).toEqual([['servers'], 2]);
  });

  it('take what a listener does in the same turn', async () => {
    const { live, at, clock, told } = rig({ credentials: office().get }, fleet);
    live.subscribe((event) => { if (event.type === 'servers' && event.change === 'first') at('par'); });
    at('fra');
    await clock.until(live.ready);
    expect(told()).toEqual(['first fra1 par1', 'order par1 fra1']);
  });
});
