import { describe, expect, it } from 'vitest';
import { ProbeFailure } from '../../core/errors.ts';
import type { RelayMap, RelayNode } from '../../core/model/map.ts';
import { fake } from '../../core/probe/fake.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { systemClock } from '../../universal/clock.ts';
import { nearestIceServers, type NearestIceServersOptions } from '../../web/ice-servers.ts';
import { localStore } from '../../web/store.ts';
import { errorOf, until } from '../until.ts';

const turnNode = (name: string): RelayNode => ({ name, host: `${name}.test`, stun: { port: 3478, dialect: 'plain' }, turn: { urls: [`turn:${name}.test`, `turns:${name}.test:443?transport=tcp`], username: 'map', credential: 'map' } });
const stunNode = (name: string): RelayNode => ({ name, host: `${name}.test`, stun: { port: 3478, dialect: 'plain' } });
const mapOfNodes = (nodes: Readonly<Record<string, RelayNode>>): RelayMap => ({ version: 1, regions: Object.entries(nodes).map(([code, node], index) => ({ id: String(index + 1), code, name: code, nodes: [node] })) });
const map = mapOfNodes({ fra: turnNode('fra'), par: turnNode('par'), nyc: turnNode('nyc'), stun: stunNode('stun') });

const run = (latencies: Record<string, number>, options: Partial<NearestIceServersOptions> = {}): ReturnType<typeof nearestIceServers> =>
  nearestIceServers({ map, transports: [fake(latencies, systemClock())], store: localStore('test', {}), ...options } as NearestIceServersOptions);
const codes = ({ region, fallback }: Awaited<ReturnType<typeof nearestIceServers>>): (string | undefined)[] => [region.code, fallback?.code];
const secret = async ({ code }: { readonly code: string }): Promise<{ username: string; credential: string; expiresAt: number }> => ({ username: `${code}-user`, credential: 'fresh', expiresAt: code === 'par' ? 2000 : 3000 });

describe('nearestIceServers', () => {
  it('gives the nearest region\'s servers, then the fallback\'s, ready for a connection', async () => {
    const found = await run({ fra: 30, par: 3, nyc: 10 });
    expect(found.iceServers).toEqual([
      { urls: ['turn:par.test', 'turns:par.test:443?transport=tcp'], username: 'map', credential: 'map' },
      { urls: ['turn:nyc.test', 'turns:nyc.test:443?transport=tcp'], username: 'map', credential: 'map' },
    ]);
    expect(codes(found)).toEqual(['par', 'nyc']);
    expect(found.decision).toMatchObject({ home: '2' });
    expect(found).not.toHaveProperty('expiresAt');
  });

  it('asks for short-lived credentials, for the returned regions alone, and says when the first end', async () => {
    const asked: string[] = [];
    const found = await run({ fra: 30, par: 3, nyc: 10 }, { credentials: (region) => { asked.push(region.code); return secret(region); } });
    expect(asked).toEqual(['par', 'nyc']);
    expect(found.iceServers.map(({ username, credential }) => [username, credential])).toEqual([['par-user', 'fresh'], ['nyc-user', 'fresh']]);
    expect(found.expiresAt).toBe(2000);
  });

  it('says when those end that say how long they live', async () => {
    const began = Date.now();
    const { expiresAt = 0 } = await run({ fra: 30, par: 3, nyc: 10 }, { credentials: async ({ code }) => ({ username: code, credential: 'c', ttlMs: code === 'par' ? 60_000 : 30_000 }) });
    expect(expiresAt).toBeGreaterThanOrEqual(began + 30_000);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 30_000);
  });

  it.each([
    { fallbacks: 0, wanted: ['par'] },
    { fallbacks: 2, wanted: ['par', 'nyc', 'fra'] },
    { fallbacks: 9, wanted: ['par', 'nyc', 'fra'] },
  ])('with $fallbacks fallbacks: $wanted', async ({ fallbacks, wanted }) => {
    const { iceServers } = await run({ fra: 12, par: 3, nyc: 7 }, { fallbacks });
    expect(iceServers.map(({ urls }) => String(urls).slice(5, 8))).toEqual(wanted);
  });

  it('takes servers as a connection does, and asks STUN only where no region has TURN', async () => {
    const found = await run({ 'a.test': 9, 'b.test': 3 }, { iceServers: [{ urls: 'stun:a.test:1' }, { urls: 'stun:b.test' }], map: undefined });
    expect(found.iceServers).toEqual([{ urls: 'stun:b.test:3478' }, { urls: 'stun:a.test:1' }]);
  });

  it('gives usable servers where nothing answers, and says that they stand in', async () => {
    const found = await run({ fra: Infinity, par: Infinity, nyc: Infinity });
    expect(found.iceServers).toHaveLength(2);
    expect(found.decision).toMatchObject({ state: 'unreachable', reason: 'fallback', sentence: `nothing answers: ${found.region.code} stands in` });
    expect(found.decision).not.toHaveProperty('home');
  });

  it('leaves out a region that gives no credentials', async () => {
    const credentials: NonNullable<NearestIceServersOptions['credentials']> = async (region) => (region.code === 'par' ? Promise.reject(new Error('503')) : secret(region));
    const found = await run({ fra: 30, par: 3, nyc: 10 }, { credentials });
    expect(codes(found)).toEqual(['nyc', undefined]);
    expect(found.iceServers).toHaveLength(1);
  });

  it.each<{ what: string; options: Partial<NearestIceServersOptions>; message: RegExp }>([
    { what: 'no region gives credentials', options: { credentials: () => Promise.reject(new Error('no session')) }, message: /^no session$/ },
    { what: 'no region has TURN or STUN', options: { map: mapOfNodes({ a: { name: 'a', host: 'a.test', https: { port: 443, path: '/', scheme: 'https' } } }) }, message: /^no region with TURN or STUN/ },
    { what: 'the list is empty', options: { map: undefined, iceServers: [] }, message: /is empty/ },
    { what: 'a URL is none', options: { map: undefined, iceServers: [{ urls: 'http://a.test' }] }, message: /\[0\].*stun: or turn:/ },
  ])('rejects where $what', async ({ options, message }) => {
    expect(await errorOf(run({ fra: 30, par: 3, nyc: 10 }, options))).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('rejects when its signal aborts while credentials are awaited', async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const error = errorOf(run({ fra: 30, par: 3, nyc: 10 }, { signal: controller.signal, credentials: (_, { signal }) => { seen = signal; return new Promise((_, reject) => { signal.addEventListener('abort', () => reject(signal.reason)); }); } }));
    await until(() => seen !== undefined);
    controller.abort(new Error('enough'));
    expect(await error).toMatchObject({ message: 'enough' });
  });

  describe('verified', () => {
    /** A check by which only those nodes relay, and only with the fresh credentials. */
    function check(relaying: readonly string[]): { readonly verify: Pick<Transport, 'probe'>; readonly asked: string[] } {
      const asked: string[] = [];
      return { asked, verify: { probe: async ({ name, turn }) => {
        asked.push(name);
        if (!relaying.includes(name) || turn?.credential !== 'fresh') throw new ProbeFailure('failed', 'no relay', true);
        return { kind: 'turn', latencyMs: 1 };
      } } };
    }
    it.each([
      { relaying: ['par', 'nyc'], wanted: ['par', 'nyc'] },
      { relaying: ['nyc'], wanted: ['nyc', 'par'] },
      { relaying: [], wanted: ['par', 'nyc'] },
    ])('where $relaying relay: $wanted', async ({ relaying, wanted }) => {
      const { verify, asked } = check(relaying);
      expect(codes(await run({ fra: 30, par: 3, nyc: 10 }, { verify, credentials: secret }))).toEqual(wanted);
      expect(asked).toEqual(['par', 'nyc']);
    });

    const untilAborted = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => { signal.addEventListener('abort', () => reject(new Error('aborted'))); });
    it.each([
      { what: 'longer than it may take', silent: ['par', 'nyc'], verifyMs: 20, wanted: ['par', 'nyc'] },
      { what: 'much longer than the first that relays took', silent: ['par'], verifyMs: 60_000, wanted: ['nyc', 'par'] },
    ])('waits for the check not $what', async ({ silent, verifyMs, wanted }) => {
      const verify: Pick<Transport, 'probe'> = { probe: async (node, { signal }) => (silent.includes(node.name) ? untilAborted(signal) : { kind: 'turn', latencyMs: 1 }) };
      expect(codes(await run({ fra: 30, par: 3, nyc: 10 }, { verify, verifyMs }))).toEqual(wanted);
    });
  });
});
