import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { duplexStream } from '../../derp/duplex-stream.ts';
import { isPending, until } from '../until.ts';
import { virtualClock } from '../virtual-clock.ts';

let server: Server;
beforeAll(async () => {
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => { server.close(); });
const sockets: Socket[] = [];
afterEach(() => { for (const socket of sockets.splice(0)) socket.destroy(); });

async function opened() {
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [far] = await once(server, 'connection') as [Socket];
  sockets.push(near, far);
  far.on('error', () => {});
  const clock = virtualClock();
  const stream = duplexStream(near, clock);
  const heard: unknown[] = [];
  stream.start({ bytes: (chunk) => heard.push(...chunk), end: (error) => heard.push(['end', error]) });
  return { near, far, clock, stream, heard };
}

it('carries bytes both ways; what is written in one turn leaves at once', async () => {
  const { far, stream, heard } = await opened();
  for (const byte of [1, 2, 3]) stream.write(Uint8Array.of(byte));
  expect(stream.bufferedBytes).toBe(3);
  const [chunk] = await once(far, 'data') as [Buffer];
  expect([...chunk]).toEqual([1, 2, 3]);
  far.write(Uint8Array.of(4, 5));
  await until(() => heard.length === 2);
  expect(heard).toEqual([4, 5]);
});

it('tells of an end', async () => {
  const { far, heard } = await opened();
  far.end(Uint8Array.of(1));
  await until(() => heard.length === 2);
  expect(heard).toEqual([1, ['end', undefined]]);
});

it('tells of a reset, and why', async () => {
  const { far, heard, stream } = await opened();
  far.resetAndDestroy();
  await until(() => heard.length === 1);
  expect(heard).toEqual([['end', expect.objectContaining({ code: 'ECONNRESET' })]]);
  stream.write(Uint8Array.of(1));
  await stream.drained();
  await stream.close();
});

it('one that is over already is over', async () => {
  const { near } = await opened();
  near.destroy();
  const heard: unknown[] = [];
  const stream = duplexStream(near, virtualClock());
  stream.start({ bytes: () => {}, end: (error) => heard.push(error) });
  expect(heard).toEqual([undefined]);
  await stream.close();
});

it('tells what waits to be sent, and when there is room again', async () => {
  const { far, stream } = await opened();
  far.pause();
  let drained = stream.drained();
  // The buffers of the system hold as much as it is set to, 32 MB on some machines.
  for (let count = 0; count < 64 && !(await isPending(drained)); count++) {
    stream.write(new Uint8Array(4_000_000));
    drained = stream.drained();
  }
  expect(await isPending(drained)).toBe(true);
  far.resume();
  await drained;
  expect(stream.bufferedBytes).toBeLessThan(65_536);
});

it('closing sends what was written, and hears nothing more', async () => {
  const { near, far, stream, heard } = await opened();
  stream.write(Uint8Array.of(1));
  const closing = stream.close();
  far.write(Uint8Array.of(2));
  const [chunk] = await once(far, 'data') as [Buffer];
  expect([...chunk]).toEqual([1]);
  far.end();
  await closing;
  expect([near.destroyed, heard]).toEqual([true, []]);
});

it('closing waits no longer than a second for the other side', async () => {
  const { near, clock, stream } = await opened();
  const closing = stream.close();
  await clock.advance(999);
  expect([await isPending(closing), near.destroyed]).toEqual([true, false]);
  await clock.advance(1);
  await closing;
  expect([near.destroyed, clock.sleeping]).toEqual([true, 0]);
});
