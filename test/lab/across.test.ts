import { randomBytes } from 'node:crypto';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { acrossPath } from '../../lab/across.ts';
import { seededChance } from '../../lab/chance.ts';
import { noTraffic } from '../../lab/counters.ts';
import { createPath } from '../../lab/path.ts';
import { createScheduler } from '../../lab/scheduler.ts';
import type { Weather } from '../../lab/weather.ts';
import type { World } from '../../lab/world.ts';

const open = new Set<{ destroy(): void }>();
afterEach(() => {
  for (const one of open) one.destroy();
  open.clear();
});

/** A client's socket and its far end over a path of 6 ms. */
async function connected(weather: Partial<Weather> = {}): Promise<{ client: net.Socket; far: Duplex; world: World }> {
  const world = { path: createPath(6, weather, seededChance(1, 'x')), scheduler: createScheduler(), counters: noTraffic() };
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  const accepted = new Promise<net.Socket>((resolve) => { server.once('connection', resolve); });
  const address = server.address();
  const client = net.connect({ host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0, allowHalfOpen: true });
  const far = acrossPath(await accepted, world);
  server.close();
  open.add(client).add(far);
  return { client, far, world };
}

/** All bytes until the stream ends; it stays open for writing. */
const all = (stream: Duplex) => new Promise<Buffer>((resolve) => {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk)).once('end', () => resolve(Buffer.concat(chunks)));
});

test.each<[string, Partial<Weather>]>([
  ['calm', {}],
  ['with jitter', { jitterMs: 4 }],
  ['with loss', { lossRate: 0.02 }],
])('%s: all bytes arrive in order, both ways at once, and each way ends by itself', async (_, weather) => {
  const { client, far, world } = await connected(weather);
  const sent = randomBytes(300_000);
  const [there, back] = [all(far), all(client)];
  client.end(sent);
  far.write(sent);
  expect((await there).equals(sent)).toBe(true);
  // The client's end is closed by now, the way back still open.
  far.end('!');
  expect((await back).equals(Buffer.concat([sent, Buffer.from('!')]))).toBe(true);
  expect(world.counters.tcp).toMatchObject({ bytesIn: sent.length, bytesOut: sent.length + 1 });
});

test('both ways take their half of the round trip', async () => {
  const { client, far } = await connected();
  const next = (stream: Duplex) => new Promise<number>((resolve) => { stream.once('data', () => resolve(performance.now())); });
  const sentAt = performance.now();
  client.write('?');
  const cameAt = await next(far);
  expect(cameAt - sentAt).toBeGreaterThanOrEqual(3);
  far.write('!');
  expect((await next(client)) - cameAt).toBeGreaterThanOrEqual(3);
});

test('several chunks are under way at a time', async () => {
  const { client, far, world } = await connected({ delayMs: 60_000 });
  for (let chunk = 0; chunk < 5; chunk++) far.write('x');
  await expect.poll(() => world.scheduler.pending).toBe(5);
  client.destroy();
});

test.each(['client', 'far'] as const)('what the %s end sends waits at its sender when nobody reads it', async (from) => {
  const { client, far } = await connected();
  const [sender, receiver] = from === 'client' ? [client, far] : [far, client];
  receiver.pause();
  const chunk = Buffer.alloc(65_536);
  let accepted = 0;
  let isFull = false;
  // Far more than the system's own buffers hold.
  for (let chunks = 0; chunks < 1024 && !isFull; chunks++) {
    accepted += chunk.length;
    if (!sender.write(chunk)) {
      const drained = new Promise<boolean>((resolve) => { sender.once('drain', () => resolve(true)); });
      const tooLate = new Promise<boolean>((resolve) => { setTimeout(() => resolve(false), 1000); });
      isFull = !await Promise.race([drained, tooLate]);
    }
  }
  expect(isFull).toBe(true);
  expect(accepted).toBeLessThan(32 * 1024 * 1024);
});

test('a reset at one end ends the other', async () => {
  const { client, far } = await connected();
  const closed = new Promise<void>((resolve) => { far.resume().once('close', resolve); });
  client.resetAndDestroy();
  await closed;
  const other = await connected();
  const ended = new Promise<void>((resolve) => { other.client.resume().once('close', resolve).once('end', () => other.client.end()); });
  other.far.destroy();
  await ended;
});

test('after bytes that never arrive nothing else does, and a client that resets still ends the far end', async () => {
  const { client, far, world } = await connected();
  const got: string[] = [];
  far.on('data', (chunk: Buffer) => got.push(chunk.toString()));
  world.path.change({ tcp: 'silent' });
  client.write('lost');
  await expect.poll(() => world.counters.tcp.bytesIn).toBe(4);
  world.path.change({ tcp: 'open' });
  client.write('kept');
  await expect.poll(() => world.counters.tcp.bytesIn).toBe(8);
  const closed = new Promise<void>((resolve) => { far.once('close', resolve); });
  client.resetAndDestroy();
  await closed;
  expect(got).toEqual([]);
});
