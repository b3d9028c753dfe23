import { expect, it } from 'vitest';
import { attentions } from '../../../core/home/attention.ts';
import type { RelayConnection } from '../../../core/home/connection.ts';
import { pulse } from '../../../core/home/pulse.ts';
import { virtualClock } from '../../virtual-clock.ts';

/** A connection that answers after 10 ms from when `answers` says so, on a clock whose sleeps end late. */
function setUp(lateMs: number, answers: (ping: number) => boolean) {
  const clock = virtualClock();
  let pings = 0;
  const never = new Promise<string>(() => {});
  const connection: RelayConnection = {
    closed: never,
    async ping(signal) {
      await clock.sleep(answers(++pings) ? 10 : Infinity, signal);
      signal.throwIfAborted();
      return 10;
    },
    close: () => {},
  };
  const stop = new AbortController();
  const sleepy = { ...clock, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms + lateMs, signal) };
  const outcome = pulse(connection, { clock: sleepy, rttMs: 10, signal: stop.signal, attention: () => attentions.live, onPong: () => {} });
  let seen: string | undefined;
  void outcome.then((why) => { seen = why; });
  return { clock, stop, get pings() { return pings; }, get seen() { return seen; } };
}

it.each([
  { name: 'a program that is on time', lateMs: 0, withinMs: 1_000 },
  { name: 'a page in the background, whose timers are a second late', lateMs: 1_000, withinMs: 7_000 },
  { name: 'a program that has no time at all', lateMs: 10_000, withinMs: 60_000 },
])('$name knows a silent relay in the end', async ({ lateMs, withinMs }) => {
  const rig = setUp(lateMs, () => false);
  await rig.clock.advance(withinMs);
  expect(rig.seen).toBe('silent');
  await rig.clock.advance(lateMs);
  expect(rig.clock.sleeping).toBe(0);
});

it('a program that was late asks once more before it takes the relay for dead', async () => {
  const rig = setUp(1_000, (ping) => ping !== 1);
  await rig.clock.advance(60_000);
  expect(rig.seen).toBeUndefined();
  rig.stop.abort();
  await rig.clock.advance(0);
  expect([rig.seen, rig.clock.sleeping]).toEqual(['ended', 0]);
});
