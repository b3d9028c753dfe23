import { afterEach, describe, expect, it } from 'vitest';
import type { RelayMap } from '../../core/model/map.ts';
import { fake } from '../../core/probe/fake.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { systemClock } from '../../universal/clock.ts';
import type { LiveIceServers } from '../../core/ice/live.ts';
import { localStore } from '../../web/store.ts';
import { watchIceServers, type WatchIceServersOptions } from '../../web/watch-ice-servers.ts';
import { turnMap } from '../core/ice/rig.ts';
import { errorOf, until } from '../until.ts';

const map = turnMap(['fra', 'par', 'nyc']);

/** Fakes of relays, and whether they were closed. */
function relays(latencies: Record<string, number>): { readonly transports: Transport[]; readonly isClosed: () => boolean } {
  let isClosed = false;
  const transport = fake(latencies, systemClock());
  return { transports: [{ ...transport, close() { isClosed = true; return transport.close(); } }], isClosed: () => isClosed };
}

describe('watchIceServers', () => {
  const lives: LiveIceServers[] = [];
  afterEach(() => { for (const live of lives.splice(0)) live.close(); });
  const run = async (latencies: Record<string, number>, options: Partial<WatchIceServersOptions> = {}): Promise<LiveIceServers> => {
    const live = await watchIceServers({ map, store: localStore('test', {}), ...relays(latencies), ...options } as WatchIceServersOptions);
    lives.push(live);
    return live;
  };

  it('resolves with the first servers, as soon as no region can be nearer', async () => {
    const began = performance.now();
    const { current } = await run({ fra: 30, par: 3, nyc: Infinity }, { credentials: async ({ code }) => ({ username: code, credential: 'fresh', ttlMs: 60_000 }) });
    expect(current?.iceServers).toEqual([{ urls: ['turn:par.test'], username: 'par', credential: 'fresh' }, { urls: ['turn:fra.test'], username: 'fra', credential: 'fresh' }]);
    expect(current?.expiresAt).toBeGreaterThan(Date.now());
    // A report would wait for the one that is silent.
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('takes servers as a connection does, and measures only those of use', async () => {
    const probed = new Set<string>();
    const { current } = await run({ 'a.test': 9, 'b.test': 3 }, { map: undefined, iceServers: [{ urls: 'turn:a.test', username: 'u', credential: 'c' }, { urls: 'stun:b.test' }], onPickerEvent: (event) => { if (event.type === 'probe') probed.add(event.node); } });
    expect(current?.iceServers).toEqual([{ urls: ['turn:a.test:3478?transport=udp'], username: 'u', credential: 'c' }].map((server) => ({ ...server, urls: expect.any(Array) })));
    expect([...probed]).toEqual(['a.test']);
  });

  it.each([
    { what: 'closed', end: (live: LiveIceServers) => live.close() },
    { what: 'aborted', end: (_: LiveIceServers, controller: AbortController) => controller.abort() },
  ])('ends its measuring when it is $what', async ({ end }) => {
    const controller = new AbortController();
    const { transports, isClosed } = relays({ fra: 30, par: 3, nyc: 9 });
    const live = await run({}, { transports, signal: controller.signal });
    end(live, controller);
    await until(isClosed);
  });

  const deaf: RelayMap = { version: 1, regions: [{ id: '1', code: 'a', name: 'a', nodes: [{ name: 'a', host: 'a.test', https: { port: 443, path: '/', scheme: 'https' } }] }] };
  it.each<{ what: string; options: Partial<WatchIceServersOptions>; message: RegExp }>([
    { what: 'no region gives credentials', options: { credentials: () => Promise.reject(new Error('no session')) }, message: /^no session$/ },
    { what: 'no region has TURN or STUN', options: { map: deaf }, message: /^no region has TURN or STUN$/ },
    { what: 'the list is empty', options: { map: undefined, iceServers: [] }, message: /is empty/ },
    { what: 'neither a map nor an edge is given', options: { map: undefined }, message: /neither a map nor an edge/ },
    { what: 'the signal has aborted', options: { signal: AbortSignal.abort(new Error('enough')) }, message: /^enough$/ },
  ])('rejects where $what, and has ended', async ({ options, message }) => {
    const { transports, isClosed } = relays({ fra: 30, par: 3, nyc: 10 });
    expect(await errorOf(run({}, { transports, ...options }))).toMatchObject({ message: expect.stringMatching(message) });
    if (options.credentials) await until(isClosed);
  });

  it('rejects when its signal aborts while credentials are awaited', async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const error = errorOf(run({ fra: 30, par: 3, nyc: 10 }, { signal: controller.signal, credentials: (_, { signal }) => { seen = signal; return new Promise(() => {}); } }));
    await until(() => seen !== undefined);
    controller.abort(new Error('enough'));
    expect(await error).toMatchObject({ message: 'enough' });
    expect(seen?.aborted).toBe(true);
  });
});
