import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { liveAWeek } from './week.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Five thousand reports and ten thousand pings a week: one of either kept each time would come to several times that. */
const noiseBytes = 1_000_000;
/** What the strategy remembers has its bounds, and fills them within two days. */
const filledBy = 2;

it('a week of drops, restarts and moves leaves nothing behind: no connection, no timer, no memory', { timeout: 120_000 }, async () => {
  const { days, quiet, closed } = await liveAWeek(() => {
    collect();
    return process.memoryUsage().heapUsed;
  });
  for (const [day, { sleeping, open, homes, homeless }] of days.entries()) {
    // A picker at rest, a pulse each for the home and a connection or two, the machine's alarm.
    expect(sleeping, `day ${day}`).toBeLessThanOrEqual(8);
    expect(open).toBeLessThanOrEqual(4);
    expect(homes).toBeGreaterThan(5);
    expect(homeless).toBe(0);
  }
  const grownSince = (day: number): number => (days.at(-1)?.heapBytes ?? Infinity) - (days[day]?.heapBytes ?? 0);
  expect(grownSince(filledBy)).toBeLessThan(noiseBytes);
  expect(grownSince(0)).toBeLessThan(2 * noiseBytes);
  expect(quiet).toEqual({ open: 1, preferred: 1 });
  expect(closed).toEqual({ open: 0, sleeping: 0 });
});
