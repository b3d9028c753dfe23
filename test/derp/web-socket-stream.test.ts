import { expect, it } from 'vitest';
import { WebSocket as WsWebSocket } from 'ws';
import type { DerpWebSocket, DerpWebSocketConstructor } from '../../derp/index.ts';
import { streamOf, webSocketStream } from '../../derp/web-socket-stream.ts';
import { isPending, turns } from '../until.ts';
import { virtualClock } from '../virtual-clock.ts';

/** A WebSocket in a test's hands. */
class FakeWebSocket extends EventTarget {
  binaryType = 'blob';
  protocol = 'derp';
  bufferedAmount?: number = 0;
  readonly sent: Uint8Array[] = [];
  closed = 0;
  terminated = 0;
  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.closed) throw new Error('closing');
    this.sent.push(data);
  }
  close(): void { this.closed++; }
  terminate(): void { this.terminated++; }
  say(type: string, fields: object = {}): void { this.dispatchEvent(Object.assign(new Event(type), fields)); }
}

function started(socket: FakeWebSocket = new FakeWebSocket()) {
  const clock = virtualClock();
  const stream = streamOf(socket as unknown as DerpWebSocket, clock);
  const heard: unknown[] = [];
  stream.start({ bytes: (chunk) => heard.push(...chunk), end: (error) => heard.push(['end', error]) });
  return { socket, clock, stream, heard };
}

it('asks for the subprotocol, and for bytes', () => {
  const socket = new FakeWebSocket();
  const asked: unknown[] = [];
  // What is called as a constructor and returns an object gives that object.
  function WebSocket(...args: unknown[]): FakeWebSocket {
    asked.push(...args);
    return socket;
  }
  webSocketStream('wss://relay.test/derp', { WebSocket: WebSocket as unknown as DerpWebSocketConstructor, clock: virtualClock() });
  expect(asked).toEqual(['wss://relay.test/derp', ['derp']]);
  expect(socket.binaryType).toBe('arraybuffer');
});

it('takes the constructors of browsers and of ws as they are', () => {
  const constructors = (browser: typeof globalThis.WebSocket): DerpWebSocketConstructor[] => [browser, WsWebSocket];
  expect(constructors(WsWebSocket as never)).toHaveLength(2);
});

it('what is written in one turn leaves in as few messages as may be', async () => {
  const { socket, stream } = started();
  for (const bytes of [1, 2, 32_768, 32_768]) stream.write(new Uint8Array(bytes).fill(bytes & 255));
  expect(stream.bufferedBytes).toBe(65_539);
  await turns(1);
  stream.write(Uint8Array.of(9));
  await turns(1);
  expect(socket.sent.map(({ length }) => length)).toEqual([32_768, 32_768, 3, 1]);
  expect(Buffer.concat(socket.sent).length).toBe(65_540);
  expect(stream.bufferedBytes).toBe(0);
});

it('leaves bytes as `ws` hands them out, which would copy them into anything else', () => {
  const { socket, heard } = started(Object.assign(new FakeWebSocket(), { binaryType: 'nodebuffer' }));
  socket.say('message', { data: Buffer.from([0, 1, 2, 3]).subarray(1, 3) });
  expect([socket.binaryType, heard]).toEqual(['nodebuffer', [1, 2]]);
});

it('waits for its queue to shrink, where the platform tells of it', async () => {
  const { socket, clock, stream } = started();
  socket.bufferedAmount = 65_537;
  const drained = stream.drained();
  await clock.advance(100);
  expect(await isPending(drained)).toBe(true);
  socket.bufferedAmount = 65_536;
  await clock.until(drained);
  socket.bufferedAmount = undefined;
  expect(stream.bufferedBytes).toBe(0);
  await stream.drained();
});

it.each<[string, (socket: FakeWebSocket) => void, unknown]>([
  ['the other side\'s end', (socket) => socket.say('close'), undefined],
  ['an error that says why', (socket) => socket.say('error', { error: new Error('ECONNREFUSED') }), new Error('ECONNREFUSED')],
  ['an error that says nothing', (socket) => socket.say('error'), new Error('the WebSocket failed')],
  ['text', (socket) => socket.say('message', { data: 'hello' }), expect.objectContaining({ code: 'malformed' })],
  ['a Blob', (socket) => socket.say('message', { data: new Blob() }), expect.objectContaining({ code: 'malformed' })],
  ['another subprotocol', (socket) => {
    socket.protocol = 'chat';
    socket.say('open');
  }, expect.objectContaining({ code: 'malformed' })],
])('%s is the end, and nothing comes after', (_, happen, error) => {
  const { socket, heard } = started();
  socket.say('open');
  socket.say('message', { data: Uint8Array.of(1, 2).buffer });
  happen(socket);
  socket.say('message', { data: Uint8Array.of(3).buffer });
  socket.say('close');
  expect(heard).toEqual([1, 2, ['end', error]]);
});

it('closing sends what was written, and waits a second for the other side', async () => {
  const { socket, clock, stream, heard } = started();
  stream.write(Uint8Array.of(1));
  const closing = stream.close();
  expect([socket.sent.length, socket.closed]).toEqual([1, 1]);
  stream.write(Uint8Array.of(2));
  socket.say('message', { data: Uint8Array.of(3).buffer });
  await clock.advance(999);
  expect([await isPending(closing), socket.terminated]).toEqual([true, 0]);
  await clock.advance(1);
  await closing;
  expect([socket.terminated, socket.sent.length, clock.sleeping, heard]).toEqual([1, 1, 0, []]);
});

it('closing is over with the other side\'s consent, and at once where that has gone', async () => {
  const { socket, clock, stream } = started();
  const closing = stream.close();
  socket.say('close');
  await closing;
  await stream.close();
  expect([socket.terminated, socket.closed, clock.sleeping]).toEqual([0, 1, 0]);
});

it('a relay that speaks nonsense is not waited for longer than a second either', async () => {
  const { socket, clock, stream } = started();
  socket.say('message', { data: 'hello' });
  const closing = stream.close();
  await clock.advance(1_000);
  await closing;
  expect([socket.closed, socket.terminated]).toEqual([1, 1]);
});
