import { describe, expect, it } from 'vitest';
import { steady } from '../../../core/strategy/steady/steady.ts';
import type { Strategy } from '../../../core/model/strategy.ts';
import { setUp } from './rig.ts';

const minute = 60_000;

/** `steady` without the lift: of connections it hears the home's alone. */
function deaf(): Strategy<unknown> {
  const strategy: Strategy<unknown> = steady();
  return { ...strategy, choose(state, report, context) {
    const { home, heard = {} } = context;
    return strategy.choose(state, report, { ...context, heard: Object.fromEntries(Object.entries(heard).filter(([id]) => id === home?.region)) });
  } };
}

interface Day {
  /** Minutes at another region while the nearest served. */
  readonly awayMinutes: number;
  readonly homes: number;
}

/** Outages of the nearest relay: at a minute, for so many. */
async function live(strategy: Strategy<unknown>, outages: readonly (readonly [at: number, minutes: number])[], hours: number): Promise<Day> {
  const rig = setUp(undefined, { strategy, attention: { everyMs: minute, knownWithinMs: minute + 1_300 } });
  await rig.clock.advance(10 * minute);
  let awayMinutes = 0;
  for (let now = 0; now < hours * 60; now++) {
    const isOut = outages.some(([at, minutes]) => now >= at && now < at + minutes);
    rig.relay('1a').service = isOut ? 'refuses' : 'serves';
    if (isOut) rig.relay('1a').cut();
    await rig.clock.advance(minute);
    if (!isOut && rig.home.current?.region !== '1') awayMinutes++;
  }
  const homes = rig.announcements().filter((line) => !line.startsWith('down')).length;
  await rig.close();
  return { awayMinutes, homes };
}

describe('a bar is lifted once where the connection lives again', () => {
  it.each([
    { name: 'restarts', outages: [[10, 1]] as const, hours: 1, soonerBy: 5, more: 0 },
    { name: 'is out for five minutes', outages: [[10, 5]] as const, hours: 1, soonerBy: 2, more: 0 },
    // Its bar is over by then. What is dead is no candidate, for which reports would come at full pace: evidence begins when it is up.
    { name: 'is out for an hour', outages: [[10, 60]] as const, hours: 2, soonerBy: 0, more: 0 },
    // It is tried twice, and then no sooner than without.
    { name: 'dies every four minutes', outages: [[10, 1], [14, 1], [18, 1], [22, 1], [26, 1], [30, 1]] as const, hours: 2.5, soonerBy: 5, more: 2 },
    // The price: one that dies every ten minutes was come back to by chance in a good moment.
    { name: 'dies every ten minutes', outages: [[10, 1], [20, 1], [30, 1], [40, 1], [50, 1], [60, 1]] as const, hours: 2.5, soonerBy: -25, more: 0 },
  ])('a relay that $name', async ({ outages, hours, soonerBy, more }) => {
    const [lifted, kept] = [await live(steady(), outages, hours), await live(deaf(), outages, hours)];
    expect(kept.awayMinutes - lifted.awayMinutes).toBeGreaterThanOrEqual(soonerBy);
    expect(lifted.homes - kept.homes).toBeLessThanOrEqual(more);
    if (outages.length === 1) expect(lifted.awayMinutes).toBeLessThanOrEqual(8);
  }, 120_000);
});
