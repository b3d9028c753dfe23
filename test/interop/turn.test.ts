import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RelayMap } from '../../core/model/map.ts';
import { nodeTransports } from '../../node/index.ts';
import { createIceServers, createPicker, sharedSecretCredentials, type IceServer, type IceServersEvent, type Picker } from '../../universal/index.ts';
import { until } from '../until.ts';
import { howToGetCoturn, startCoturn, type Coturn } from './coturn.ts';
import { dataChannels, noRelayAddress, openRelayed } from './data-channels.ts';
import { cleanUp, describeWith, makeFolder } from './programs.ts';

const secret = 'shared by both';
/**
 * Not that of the peers. A relay lets through what comes from the addresses of its peer's candidates, which are at relays: with
 * this one they cannot find the short way that two peers on one machine have, and libdatachannel takes in spite of its policy.
 */
const relayAddress = '127.0.0.2';
/** Coturn counts in whole seconds. */
const ttlSeconds = 6;
if (!dataChannels) console.warn('RELAYED_CHANNELS is not set, or node-datachannel has no binary for this platform: the test of relayed channels in Node is skipped.');

describeWith('turnserver', howToGetCoturn, (path) => {
  const relayPorts = { fra: [48_000, 48_499], par: [48_500, 48_999] } as const;
  let servers: Readonly<Record<'fra' | 'par', Coturn>>;
  let map: RelayMap;
  beforeAll(async () => {
    const folder = makeFolder();
    const start = ([min, max]: readonly [number, number]): Promise<Coturn> => startCoturn(path, folder, ['use-auth-secret', `static-auth-secret=${secret}`, 'realm=relay.test', 'allow-loopback-peers', `min-port=${min}`, `max-port=${max}`], relayAddress);
    const [fra, par] = await Promise.all([start(relayPorts.fra), start(relayPorts.par)]);
    servers = { fra, par };
    map = { version: 1, regions: Object.entries(servers).map(([code, { port }]) => ({
      id: code, code, name: code,
      nodes: [{ name: code, host: '127.0.0.1', ipv4: '127.0.0.1', ipv6: 'none', stun: { port, dialect: 'plain' }, turn: { urls: [`turn:127.0.0.1:${port}`] } }],
    })) };
  });
  afterAll(async () => {
    await cleanUp();
    dataChannels?.cleanup();
  });

  it.skipIf(!dataChannels)('a relayed data channel carries bytes both ways, with each of the credentials and over each region', { timeout: 40_000 }, async () => {
    const library = dataChannels;
    if (!library) return;
    const events: IceServersEvent[] = [];
    const servedIn = (change: string): Extract<IceServersEvent, { type: 'servers' }>[] => events.flatMap((event) => (event.type === 'servers' && event.change === change ? [event] : []));
    await using picker: Picker = createPicker({ map, transports: nodeTransports(), preferences: { pin: 'fra' } });
    using live = createIceServers({ picker, credentials: sharedSecretCredentials(secret, { ttlSeconds, user: 'alice' }), onEvent: (event) => events.push(event) });
    const first = await live.ready;
    expect(first.region.code).toBe('fra');
    expect(first.iceServers.map(({ username }) => username)).toEqual([expect.stringMatching(/^\d{10}:alice$/), expect.stringMatching(/^\d{10}:alice$/)]);
    const bytes = randomBytes(16_000);
    const carries = async (channel: Awaited<ReturnType<typeof openRelayed>>): Promise<void> => {
      for (const came of await channel.exchange(bytes)) expect(Buffer.from(came).equals(bytes)).toBe(true);
    };
    using before = await openRelayed(library, first.iceServers);
    await carries(before);

    /** Its clock may be a second behind, in which it still lets the peers in. */
    const isRefused = async (iceServers: readonly IceServer[]): Promise<boolean> => {
      try {
        (await openRelayed(library, iceServers))[Symbol.dispose]();
        return false;
      } catch (error) {
        expect(error).toMatchObject({ message: noRelayAddress });
        return true;
      }
    };

    // Renewed while the first are still good.
    await until(() => servedIn('credentials').length > 0);
    expect(Date.now()).toBeLessThan(first.expiresAt ?? 0);

    // The first have ended for coturn too: what was set up with them lives on, nothing new comes of them.
    await until(() => Date.now() > (first.expiresAt ?? 0));
    await until(() => isRefused(first.iceServers));
    await carries(before);
    const renewed = live.current?.iceServers ?? [];
    expect(renewed).not.toEqual(first.iceServers);
    using after = await openRelayed(library, renewed);
    await carries(after);

    // The home moves: the other region's servers come first, and carry.
    picker.update({ preferences: { pin: 'par' } });
    await until(() => servedIn('order').length > 0);
    const [moved] = servedIn('order');
    expect([moved?.region.code, moved?.fallback?.code]).toEqual(['par', 'fra']);
    using elsewhere = await openRelayed(library, moved?.iceServers.slice(0, 1) ?? []);
    for (const port of elsewhere.relayPorts) expect(port).toSatisfy((at: number) => at >= relayPorts.par[0] && at <= relayPorts.par[1]);
    await carries(elsewhere);
    expect(events.filter(({ type }) => type === 'failed')).toEqual([]);
  });
});
