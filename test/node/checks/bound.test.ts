import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { aborted, bound, orAborted } from '../../../node/checks/bound.ts';
import type { Bound } from '../../../node/checks/bound.ts';
import { openGatewaySocket } from '../../../node/checks/gateway-socket.ts';
import { udpService } from './fixtures.ts';
import { leavesNothing } from './leaks.ts';

describe('bound', () => {
  test('ends with its time', async () => {
    const { signal } = new AbortController();
    const limit = bound(signal, 5);
    await aborted(limit.signal);
    expect(limit.expired()).toBe(true);
    limit.end();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('ends with another signal: its time is not over then, nor later', async () => {
    const outer = new AbortController();
    const limit = bound(outer.signal, 5);
    outer.abort();
    expect(limit.signal.aborted).toBe(true);
    await new Promise<void>((later) => { setTimeout(later, 30); });
    expect(limit.expired()).toBe(false);
    limit.end();
  });

  test('is ended at once by a signal that was', () => {
    const limit = bound(AbortSignal.abort(), 1000);
    expect([limit.signal.aborted, limit.expired()]).toEqual([true, false]);
    limit.end();
  });

  test('`end` ends it, and no time is over', async () => {
    const limit = bound(new AbortController().signal, 5);
    limit.end();
    await new Promise<void>((later) => { setTimeout(later, 30); });
    expect([limit.signal.aborted, limit.expired()]).toEqual([true, false]);
  });

  test('what arrived in time while the process was busy is read first', async () => {
    const order: string[] = [];
    const service = await udpService(() => {
      order.push('message');
      return [];
    });
    // In the callback of another socket: the event loop then comes by the timers before it polls again.
    let start = (_limit: Bound): void => {};
    const started = new Promise<Bound>((resolve) => { start = resolve; });
    const trigger = await udpService(() => {
      service.socket.send('x', service.port, '127.0.0.1');
      const limit = bound(new AbortController().signal, 5);
      limit.signal.addEventListener('abort', () => { order.push('abort'); }, { once: true });
      const busyUntil = performance.now() + 40;
      while (performance.now() < busyUntil);
      start(limit);
      return [];
    });
    trigger.socket.send('x', trigger.port, '127.0.0.1');
    await aborted((await started).signal);
    await Promise.all([service.close(), trigger.close()]);
    expect(order).toEqual(['message', 'abort']);
  });
});

test.each<[string, () => Promise<number>, boolean, number | undefined]>([
  ['a value', async () => 1, false, 1],
  ['a rejection', async () => { throw new Error('no'); }, false, undefined],
  ['an abort before', async () => 1, true, undefined],
])('orAborted: %s', async (_name, work, isAborted, wanted) => {
  expect(await leavesNothing((controller) => {
    if (isAborted) controller.abort();
    return orAborted(work(), controller.signal);
  })).toBe(wanted);
});

describe('a gateway socket', () => {
  test.each([
    ['an address that is not ours', { local: '203.0.113.250' }],
    ['a name instead of an address', { peer: { address: 'router.home', port: 1 } }],
  ])('%s: rejects, and its end is no second one', async (_name, options) => {
    await leavesNothing(async (controller) => {
      await expect(openGatewaySocket({ ...options, signal: controller.signal }, () => {}, () => {})).rejects.toThrow(/EADDRNOTAVAIL|no IP address/);
      controller.abort();
    });
  });
});
