import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Family } from '../../../core/model/kind.ts';
import type { Lookup, ResolverOptions } from '../../../node/transports/resolve.ts';
import { createResolver } from '../../../node/transports/resolve.ts';
import { errorOf, isPending } from '../../until.ts';

type Callback = Parameters<Lookup>[2];

describe('the resolver', () => {
  let nowMs: number;
  let asked: { readonly key: string; readonly callback: Callback }[];
  const signal = new AbortController().signal;

  beforeEach(() => {
    nowMs = 0;
    asked = [];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => { vi.useRealTimers(); });

  const create = (options: ResolverOptions = {}): ReturnType<typeof createResolver> => createResolver({
    lookup: (host, { family }, callback) => { asked.push({ key: `${host} ${family}`, callback }); },
    now: () => nowMs,
    ...options,
  });
  const answer = (address: string, at = asked.length - 1): void => asked[at]?.callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
  const fail = (at = asked.length - 1): void => asked[at]?.callback(new Error('getaddrinfo EAI_AGAIN'), []);

  it('asks once for many at the same time, apart for each family', async () => {
    const resolver = create();
    const found = Promise.all([resolver.resolve('Relay.test', 4, signal), resolver.resolve('relay.test', 4, signal), resolver.resolve('relay.test', 6, signal)]);
    expect(asked.map(({ key }) => key)).toEqual(['relay.test 4', 'relay.test 6']);
    answer('192.0.2.1', 0);
    answer('2001:DB8:0::1', 1);
    expect(await found).toEqual(['192.0.2.1', '192.0.2.1', '2001:db8::1']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps an answer for its time, a failure for a shorter one', async () => {
    const resolver = create({ ttlMs: 100, failureTtlMs: 10 });
    const first = resolver.resolve('a.test', 4, signal);
    answer('192.0.2.1');
    await first;
    nowMs = 99;
    expect(await resolver.resolve('a.test', 4, signal)).toBe('192.0.2.1');
    expect(asked).toHaveLength(1);
    const failing = errorOf(resolver.resolve('b.test', 4, signal));
    fail();
    await failing;
    nowMs = 108;
    expect(await errorOf(resolver.resolve('b.test', 4, signal))).toMatchObject({ code: 'dns' });
    expect(asked).toHaveLength(2);
    nowMs = 110;
    const again = resolver.resolve('b.test', 4, signal);
    answer('192.0.2.2');
    expect(await again).toBe('192.0.2.2');
  });

  it.each<{ what: string; break: () => void }>([
    { what: 'fails', break: () => fail() },
    { what: 'brings nothing in time', break: () => vi.advanceTimersByTime(2000) },
    { what: 'finds no address', break: () => asked.at(-1)?.callback(null, []) },
  ])('keeps the last good address when a later look-up $what', async ({ break: breakLookup }) => {
    const resolver = create({ ttlMs: 100, failureTtlMs: 10 });
    const first = resolver.resolve('a.test', 4, signal);
    answer('192.0.2.1');
    await first;
    for (let time = 1; time <= 2; time++) {
      nowMs += 200;
      const later = resolver.resolve('a.test', 4, signal);
      expect(asked).toHaveLength(1 + time);
      breakLookup();
      expect(await later).toBe('192.0.2.1');
    }
    nowMs += 200;
    const moved = resolver.resolve('a.test', 4, signal);
    answer('192.0.2.9');
    expect(await moved).toBe('192.0.2.9');
  });

  it('gives up a look-up at its bound, and does not mind when it answers after all', async () => {
    const resolver = create({ timeoutMs: 500 });
    const error = errorOf(resolver.resolve('a.test', 4, signal));
    vi.advanceTimersByTime(499);
    expect(await isPending(error)).toBe(true);
    vi.advanceTimersByTime(1);
    expect(await error).toMatchObject({ name: 'ProbeFailure', code: 'dns', sent: false, message: 'a.test: no answer from DNS within 500 ms' });
    answer('192.0.2.1');
    expect(await errorOf(resolver.resolve('a.test', 4, signal))).toMatchObject({ code: 'dns' });
  });

  it('lets one give up without the others, and leaves no listener', async () => {
    const resolver = create();
    const controller = new AbortController();
    const given = errorOf(resolver.resolve('a.test', 4, controller.signal));
    const kept = resolver.resolve('a.test', 4, signal);
    controller.abort();
    expect(await given).toMatchObject({ code: 'aborted', sent: false });
    answer('192.0.2.1');
    expect(await kept).toBe('192.0.2.1');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(await errorOf(resolver.resolve('a.test', 4, controller.signal))).toMatchObject({ code: 'aborted' });
  });

  it('forgets the oldest names beyond its limit', async () => {
    const resolver = create({ max: 2, lookup: (host, { family }, callback) => {
      asked.push({ key: host, callback });
      callback(null, [{ address: '192.0.2.1', family }]);
    } });
    for (const host of ['a', 'b', 'c', 'c', 'b', 'a']) await resolver.resolve(host, 4, signal);
    expect(asked.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'a']);
  });

  it.each<{ host: string; family: Family; address: string | undefined }>([
    { host: '192.0.2.1', family: 4, address: '192.0.2.1' },
    { host: '192.0.2.1', family: 6, address: undefined },
    { host: '2001:db8:0:0::1', family: 6, address: '2001:db8::1' },
    { host: '2001:db8::1', family: 4, address: undefined },
    { host: '', family: 4, address: undefined },
  ])('does not ask DNS for $host over IPv$family', async ({ host, family, address }) => {
    const found = create().resolve(host, family, signal);
    if (address === undefined) expect(await errorOf(found)).toMatchObject({ code: 'dns', sent: false });
    else expect(await found).toBe(address);
    expect(asked).toEqual([]);
  });

  it.each<{ what: string; lookup: Lookup }>([
    { what: 'the other family', lookup: (_host, _options, callback) => callback(null, [{ address: '2001:db8::1', family: 4 }]) },
    { what: 'no address', lookup: (_host, _options, callback) => callback(null, [{ address: 'nonsense', family: 4 }]) },
    { what: 'an exception', lookup: () => { throw new TypeError('bad host'); } },
  ])('rejects a look-up that brings $what', async ({ lookup }) => {
    expect(await errorOf(create({ lookup }).resolve('a.test', 4, signal))).toMatchObject({ name: 'ProbeFailure', code: 'dns' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks the system for names of this machine', async () => {
    vi.useRealTimers();
    expect(await createResolver().resolve('localhost', 4, signal)).toBe('127.0.0.1');
  });
});
