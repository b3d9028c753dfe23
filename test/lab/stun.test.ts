import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeBindingResponse } from '../../core/wire/stun.ts';
import { createLab } from '../../lab/index.ts';
import { mayAnswer } from '../../lab/stun-server.ts';
import type { Lab } from '../../lab/index.ts';
import { nodeOf, request, stunClient, until } from './clients.ts';

// Two relays without delay: one answers everybody, one only Tailscale's clients.
let lab: Lab;
beforeAll(async () => {
  lab = await createLab({ relays: [{ code: 'any', rttMs: 0 }, { code: 'derp', rttMs: 0, dialect: 'tailscale' }] });
});
afterAll(() => lab.close());

const hasIpv6 = Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => entry.address === '::1'));

test.each<[string, string, boolean, number]>([
  ['any', '127.0.0.1', true, 32],
  ['any', '127.0.0.1', false, 32],
  ['derp', '127.0.0.1', false, 32],
  ['any', '::1', true, 44],
  ['derp', '::1', false, 44],
])('%s answers %s, plain %s, with the address it saw in %i bytes', async (code, address, plain, bytes) => {
  if (address === '::1' && !hasIpv6) return;
  const client = await stunClient(address);
  const question = request({ plain });
  const { answer } = await client.ask(nodeOf(lab.map, code).stun.port, question);
  expect(answer).toHaveLength(bytes);
  expect(decodeBindingResponse(answer)).toEqual({ txid: question.subarray(8, 20), address, port: client.port });
  client.close();
});

test('the map tells the dialect', () => {
  expect(nodeOf(lab.map, 'any').stun.dialect).toBe('plain');
  expect(nodeOf(lab.map, 'derp').stun.dialect).toBe('tailscale');
});

test.each<[string, string, Uint8Array]>([
  ['derp', 'a plain request', request({ plain: true })],
  ['any', 'a header cut short', request({ plain: true }).subarray(0, 19)],
  ['any', 'an answer', Uint8Array.from(request({ plain: true }), (byte, at) => (at === 0 ? 1 : byte))],
  ['any', 'another cookie', Uint8Array.from(request({ plain: true }), (byte, at) => (at === 4 ? 0 : byte))],
  ['any', 'a wrong fingerprint', Uint8Array.from(request(), (byte, at) => (at === 39 ? byte ^ 1 : byte))],
  ['any', 'no bytes', new Uint8Array(0)],
])('%s ignores %s', async (code, _, bytes) => {
  const { port } = nodeOf(lab.map, code).stun;
  const before = (await lab.stats())[code];
  const client = await stunClient();
  client.send(port, bytes);
  // What comes after on the same socket is answered after: by then an answer to the first would be here.
  await client.ask(port, request());
  expect(client.received).toHaveLength(1);
  expect((await lab.stats())[code]?.udp.ignored).toBe((before?.udp.ignored ?? NaN) + 1);
  client.close();
});

test.each<[number, number, string, boolean]>([
  [20, 32, '127.0.0.1', true],
  [20, 32, '127.9.9.9', true],
  [20, 44, '::1', true],
  [20, 32, '::ffff:127.0.0.1', true],
  [20, 32, '192.0.2.1', false],
  [31, 32, '192.0.2.1', false],
  [32, 32, '192.0.2.1', true],
  [40, 44, '2001:db8::1', false],
  [44, 44, '2001:db8::1', true],
  [20, 32, '128.0.0.1', false],
  [20, 44, '::2', false],
  [20, 44, 'fe80::1%eth0', false],
  [20, 32, 'nonsense', false],
])('a question of %i bytes gets an answer of %i at %s: %s', (question, answer, source, may) => {
  expect(mayAnswer(question, answer, source)).toBe(may);
});

test('loss at both ends: the share of answers fits the rate, and each end lost its part', async () => {
  const lossy = await createLab({ relays: [{ code: 'x', rttMs: 0, lossRate: 0.5 }] });
  const client = await stunClient();
  const { port } = nodeOf(lossy.map, 'x').stun;
  // In handfuls, each waited for, so that no buffer of the system overflows.
  for (let sent = 40; sent <= 800; sent += 40) {
    for (let i = 0; i < 40; i++) client.send(port, request());
    await until(lossy, 'x', ({ udp }) => udp.answered + udp.lostThere + udp.lostBack === sent);
  }
  const udp = (await lossy.stats()).x?.udp ?? expect.fail('no relay');
  expect(udp).toMatchObject({ received: 800, blocked: 0, ignored: 0 });
  // Six standard deviations of what two independent halves of 0.5 give: 800 · 0.29, then the rest · 0.29.
  expect(Math.abs(udp.lostThere - 800 * 0.293)).toBeLessThan(78);
  expect(Math.abs(udp.lostBack - (800 - udp.lostThere) * 0.293)).toBeLessThan(78);
  await expect.poll(() => client.received.length).toBe(udp.answered);
  client.close();
  await lossy.close();
});
