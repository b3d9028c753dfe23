import { afterEach, describe, expect, it } from 'vitest';
import { connectDerp, type DerpConnection } from '../../derp/index.ts';
import { createLab, type Lab, type Weather } from '../../lab/index.ts';
import { derpStream } from '../../node/index.ts';
import { connectMsOf, isAnnounced, isDown, openHome, type LabHome } from './home-rig.ts';

let lab: Lab | undefined;
let opened: LabHome | undefined;
afterEach(async () => {
  await opened?.close();
  await lab?.close();
});

async function start(attention: 'live' | 'idle' = 'live'): Promise<{ lab: Lab } & LabHome> {
  lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }, { code: 'par', rttMs: 25 }, { code: 'nyc', rttMs: 80 }] });
  opened = openHome(lab, { attention });
  expect(await opened.until(isAnnounced)).toMatchObject({ event: 'up', region: '1', reason: 'first' });
  // The report is over, and the ranking known.
  await opened.picker.report();
  return { lab, ...opened };
}

/** What a busy machine may add, ms. `npm run bench` has the figures of a quiet one. */
const slackMs = 1_500;

describe('a home in the lab', () => {
  it.each<{ name: string; weather: Partial<Weather>; withinMs: number; reason: string }>([
    { name: 'whose relay was killed', weather: { tcp: 'refused', udp: false }, withinMs: 300, reason: 'transport' },
    { name: 'whose packets vanish', weather: { dead: true }, withinMs: 1_300, reason: 'silent' },
    { name: 'whose beacon answers while its service is mute', weather: { tcp: 'silent' }, withinMs: 1_300, reason: 'silent' },
  ])('$name is replaced within $withinMs ms and a connect', async ({ weather, withinMs, reason }) => {
    const { lab, events, until, home } = await start();
    const from = events.length;
    const beganAt = Date.now();
    await lab.set('fra', weather);
    const next = await until(isAnnounced, from);
    expect(next).toMatchObject({ event: 'up', region: '2', previous: '1', reason: 'failover' });
    expect(events.slice(from).find(isDown)).toMatchObject({ region: '1', reason });
    expect(next.at - beganAt - connectMsOf(events, next)).toBeLessThan(withinMs + slackMs);
    expect(home.current).toMatchObject({ region: '2' });
    await expect.poll(async () => (await lab.stats())['par']?.derp).toMatchObject({ clients: 1, preferred: 1 });
  });

  it('is not given back to a relay whose service is dead, whatever its beacon says', async () => {
    const { lab, events, until, picker } = await start();
    const from = events.length;
    await lab.set('fra', { tcp: 'refused' });
    await until(isAnnounced, from);
    for (let reports = 0; reports < 3; reports++) expect((await picker.report({ full: true })).decision.home).toBe('2');
    expect(events.slice(from).filter(isAnnounced).map(({ region }) => region)).toEqual(['2']);
    await lab.set('fra', { tcp: 'open' });
    const back = events.length;
    await until((event): event is typeof event => event.type === 'connection' && event.region === '1' && event.state === 'carries', back);
  });

  it('moves when its relay says that it restarts, while that still serves', async () => {
    const { lab, events, until } = await start();
    const from = events.length;
    await lab.tell('fra', { type: 'restarting', reconnectInMs: 2_000, tryForMs: 5_000 });
    expect(await until(isAnnounced, from)).toMatchObject({ event: 'moved', region: '2', previous: '1', reason: 'restarting' });
    expect(events.slice(from).some(isDown)).toBe(false);
  });

  it('loses no packet and doubles none on a move, at a thousand a second', async () => {
    const { lab, home, picker, events, until } = await start();
    const got = new Map<number, number>();
    const read = async ({ client }: DerpConnection): Promise<void> => {
      for await (const { packet } of client.packets) {
        const number = new DataView(packet.buffer, packet.byteOffset, 4).getUint32(0);
        got.set(number, (got.get(number) ?? 0) + 1);
      }
    };
    const key = home.current?.connection.client.publicKey;
    if (!key) throw new Error('no home');
    const nodes = lab.map.regions.map((region) => region.nodes[0]);
    const peers = await Promise.all(nodes.map(async (node) => {
      if (!node) throw new Error('no node');
      return connectDerp({ stream: await derpStream(node) });
    }));
    const readers = [read(home.current.connection)];
    // The peer sends to the home that was announced, as peers do.
    let to = peers[0];
    let sent = 0;
    let isOver = false;
    const began = performance.now();
    const sending = (async () => {
      while (!isOver) {
        for (const due = performance.now() - began; sent < due; sent++) {
          const packet = new Uint8Array(4);
          new DataView(packet.buffer).setUint32(0, sent);
          if (!to?.send(key, packet)) throw new Error(`packet ${sent} was not sent`);
        }
        await new Promise((done) => { setTimeout(done, 1); });
      }
    })();
    for (const region of ['2', '3', '1']) {
      const from = events.length;
      picker.update({ preferences: { pin: region } });
      expect(await until(isAnnounced, from)).toMatchObject({ event: 'moved', region });
      const { connection } = home.current ?? {};
      if (!connection) throw new Error('no home');
      if (region !== '1') readers.push(read(connection));
      await new Promise((done) => { setTimeout(done, 300); });
      to = peers[Number(region) - 1];
      await new Promise((done) => { setTimeout(done, 300); });
    }
    isOver = true;
    await sending;
    await expect.poll(() => got.size).toBe(sent);
    expect([...got.values()].every((times) => times === 1)).toBe(true);
    expect(sent).toBeGreaterThan(1_500);
    await Promise.all(peers.map((peer) => peer.close()));
    await opened?.close();
    await Promise.all(readers);
  });

  it('leaves nothing behind', async () => {
    const { lab, home } = await start('idle');
    await home.open('3');
    await opened?.close();
    await expect.poll(async () => Object.values(await lab.stats()).map(({ derp }) => derp.clients)).toEqual([0, 0, 0]);
  });
});
