import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hairpin } from '../../../node/checks/hairpin.ts';
import type { RequestReceiver } from '../../../node/checks/hairpin.ts';
import { emptyReport, mapOf } from './fixtures.ts';
import { leavesNothing } from './leaks.ts';

// The packet's form is the codec's affair; here it is the transaction id alone.
const encodeBindingRequest = (txid: Uint8Array): Uint8Array => txid;

let main: Socket;
let received: string[];
beforeEach(async () => {
  received = [];
  main = createSocket('udp4').on('message', (bytes) => { received.push(bytes.toString('hex')); });
  await new Promise<void>((bound) => { main.bind(0, '127.0.0.1', bound); });
});
afterEach(() => new Promise<void>((closed) => { main.close(() => closed()); }));

/** Listens on the main socket; `deaf`: as if the router did not turn packets around. */
const receiver = (deaf = false): RequestReceiver => ({
  receivesRequest: (txid, signal) => new Promise((resolve) => {
    const settle = (arrived: boolean): void => {
      main.off('message', hear);
      signal.removeEventListener('abort', giveUp);
      resolve(arrived);
    };
    const giveUp = (): void => settle(false);
    const hear = (bytes: Buffer): void => { if (!deaf && bytes.equals(txid)) settle(true); };
    main.on('message', hear);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
  }),
});

const run = (stun: RequestReceiver, globalV4: string | undefined, signal: AbortSignal) =>
  hairpin({ stun, encodeBindingRequest }).run({ map: mapOf(), report: { ...emptyReport, ...(globalV4 === undefined ? {} : { globalV4 }) }, signal });

const own = (): string => `127.0.0.1:${main.address().port}`;

test('a packet to the own public address comes back', async () => {
  expect(await leavesNothing(({ signal }) => run(receiver(), own(), signal))).toEqual({ hairpinning: true });
  expect(received).toHaveLength(1);
  expect(received[0]).toHaveLength(24);
});

test('it does not come back within 100 ms', async () => {
  const start = performance.now();
  expect(await leavesNothing(({ signal }) => run(receiver(true), own(), signal))).toEqual({ hairpinning: false });
  expect(performance.now() - start).toBeGreaterThan(95);
});

test('each run has its own transaction', async () => {
  for (let time = 0; time < 2; time++) await run(receiver(), own(), new AbortController().signal);
  expect(new Set(received).size).toBe(2);
});

describe('unknown', () => {
  test.each([undefined, '', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:65536', '127.0.0.01:1', '[::1]:5', 'localhost:5', '127.0.0.1:5x'])('an address that is none: %s', async (globalV4) => {
    expect(await leavesNothing(({ signal }) => run(receiver(), globalV4, signal))).toEqual({});
    expect(received).toEqual([]);
  });

  test('ended before the start', async () => {
    expect(await leavesNothing((controller) => {
      controller.abort();
      return run(receiver(), own(), controller.signal);
    })).toEqual({});
    expect(received).toEqual([]);
  });

  test('ended while it waits', async () => {
    expect(await leavesNothing(async (controller) => {
      const finding = run(receiver(true), own(), controller.signal);
      while (received.length === 0) await new Promise<void>((next) => { setImmediate(next); });
      controller.abort();
      return finding;
    })).toEqual({});
  });
});

test('when it runs', () => {
  expect(hairpin({ stun: receiver(), encodeBindingRequest })).toMatchObject({ name: 'hairpin', fullOnly: true, needs: 'globalV4' });
});
