import { expect, it } from 'vitest';
import { kinds, runHerd, scenarios } from '../../../bench/herd/index.ts';

// A fifth of what `npm run bench -- herd` shows: shares of the herd are the same.
const clients = 200;
const timeout = 120_000;

it('a herd that loses its relay comes to the next at once where it is in use, over five seconds where it is not', { timeout }, async () => {
  const [live, idle, plain] = [await runHerd(scenarios.killed, kinds.live, { clients }), await runHerd(scenarios.killed, kinds.idle, { clients }), await runHerd(scenarios.killed, kinds.plain, { clients })];
  expect([live.homeless, idle.homeless, plain.peakPerSecond]).toEqual([0, 0, clients]);
  // To be refused by the lost one takes 30 ms at most, to be served by the next five round trips of 60 ms.
  expect(live.worstMs).toBeLessThanOrEqual(30 + 5 * 60);
  expect(idle.peakPerSecond).toBeLessThanOrEqual(0.3 * clients);
  expect(idle.worstMs).toBeLessThanOrEqual(5_000 + 30 + 5 * 60);
});

it('a herd that meets a relay with a limit asks less than plain retries do, and everybody gets in', { timeout }, async () => {
  const limited = { ...scenarios.limited, mostPerSecond: 20 };
  const [live, idle, plain] = [await runHerd(limited, kinds.live, { clients }), await runHerd(limited, kinds.idle, { clients }), await runHerd(limited, kinds.plain, { clients })];
  expect([live.homeless, idle.homeless, plain.homeless]).toEqual([0, 0, 0]);
  expect(live.connects).toBeLessThan(0.75 * plain.connects);
  expect(idle.connects).toBeLessThan(0.5 * plain.connects);
  // A first attempt, and less than half of them again before the second is over.
  expect(live.peakPerSecond).toBeLessThanOrEqual(1.6 * clients);
  expect(idle.peakPerSecond).toBeLessThanOrEqual(0.55 * clients);
  // At 20 a second 10 s is the least.
  expect(Math.max(live.worstMs, idle.worstMs)).toBeLessThanOrEqual(25_000);
});

it('a herd finds its relay well again one after the other', { timeout }, async () => {
  const idle = await runHerd(scenarios.recovers, kinds.idle, { clients });
  expect(idle.connects).toBeGreaterThanOrEqual(clients);
  expect(idle.peakPerSecond).toBeLessThanOrEqual(0.3 * clients);
});

it('a herd that waits for its only relay comes back spread over ten seconds', { timeout }, async () => {
  const [live, plain] = [await runHerd(scenarios.returns, kinds.live, { clients }), await runHerd(scenarios.returns, kinds.plain, { clients })];
  expect([live.homeless, plain.peakPerSecond]).toEqual([0, clients]);
  expect(live.peakPerSecond).toBeLessThanOrEqual(0.25 * clients);
  expect(live.worstMs).toBeLessThanOrEqual(10_000 + 5 * 30 + 100);
});

it('a herd whose relay says that it restarts leaves it without a gap, and looks for it in its own time', { timeout }, async () => {
  const idle = await runHerd(scenarios.restarts, kinds.idle, { clients });
  expect([idle.homeless, idle.medianMs]).toEqual([0, 0]);
  expect(idle.peakPerSecond).toBeLessThanOrEqual(0.3 * clients);
  const back = await runHerd({ ...scenarios.restarts, at: '1' }, kinds.idle, { clients });
  expect(back.peakPerSecond).toBeLessThanOrEqual(0.4 * clients);
  expect(back.connects).toBeLessThanOrEqual(4 * clients);
});
