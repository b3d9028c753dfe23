import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { accessFor, clientOf } from '../../../node/cli/serve-visitor.ts';

const incoming = (remoteAddress: string | undefined, forwarded?: string | string[]): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) } }) as unknown as IncomingMessage;

describe('who asks', () => {
  it.each([
    { forwarded: undefined, trustProxy: false, is: '192.0.2.1' },
    { forwarded: '203.0.113.1', trustProxy: false, is: '192.0.2.1' },
    { forwarded: '203.0.113.1', trustProxy: true, is: '203.0.113.1' },
    { forwarded: '198.51.100.66, 203.0.113.1', trustProxy: true, is: '203.0.113.1' },
    { forwarded: ['198.51.100.66', '198.51.100.67,  2001:db8::1 '], trustProxy: true, is: '2001:db8::1' },
    { forwarded: '203.0.113.1, unknown', trustProxy: true, is: '192.0.2.1' },
    { forwarded: 'x'.repeat(10_000), trustProxy: true, is: '192.0.2.1' },
    { forwarded: '', trustProxy: true, is: '192.0.2.1' },
    { forwarded: undefined, trustProxy: true, is: '192.0.2.1' },
  ])('$forwarded, trusted $trustProxy: $is', ({ forwarded, trustProxy, is }) => {
    expect(clientOf(incoming('192.0.2.1', forwarded), { trustProxy })).toEqual({ address: is });
  });

  it('a connection that is gone has no address', () => {
    expect(clientOf(incoming(undefined), { trustProxy: false })).toEqual({ address: '' });
  });
});

describe('who may read the fleet', () => {
  const token = { token: 'secret' };
  it.each([
    { host: '127.0.0.1', name: '127.0.0.1:8787', trustProxy: false, is: 'open' },
    { host: '127.0.0.1', name: 'localhost:8787', trustProxy: false, is: 'open' },
    { host: '::1', name: '[::1]:8787', trustProxy: false, is: 'open' },
    { host: 'localhost', name: 'localhost', trustProxy: false, is: 'open' },
    { host: '127.0.0.1', name: 'rebound.example', trustProxy: false, is: token },
    { host: '127.0.0.1', name: '127.0.0.1.example', trustProxy: false, is: token },
    { host: '127.0.0.1', name: '127.0.0.1:8787', trustProxy: true, is: token },
    { host: '0.0.0.0', name: '127.0.0.1:8787', trustProxy: false, is: token },
    { host: '::', name: 'localhost', trustProxy: false, is: token },
  ])('on $host as $name, proxy $trustProxy', ({ host, name, trustProxy, is }) => {
    const access = accessFor({ host, trustProxy, access: token });
    expect(typeof access === 'function' ? access(new Request(`http://${name}/metrics`)) : access).toEqual(is);
  });

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'])('not to what a proxy passes on under its own name for this machine: %s', (header) => {
    const access = accessFor({ host: '127.0.0.1', trustProxy: false, access: token });
    expect(typeof access === 'function' && access(new Request('http://127.0.0.1:8787/metrics', { headers: { [header]: '203.0.113.9' } }))).toEqual(token);
  });

  it.each([
    { name: 'another in the first line', url: 'http://rebound.example/metrics', named: 'localhost' },
    { name: 'another in Host', url: 'http://localhost/metrics', named: 'rebound.example' },
    { name: 'nonsense in Host', url: 'http://localhost/metrics', named: 'a b' },
  ])('open takes both names of a request: $name', ({ url, named }) => {
    const access = accessFor({ host: '127.0.0.1', trustProxy: false, access: token });
    expect(typeof access === 'function' && access({ url, headers: new Headers({ host: named }) } as Request)).toEqual(token);
  });
});
