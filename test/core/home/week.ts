import { chance } from '../../chance.ts';
import { setUp } from './rig.ts';

const minute = 60_000;

/** How things stand at the end of a day. */
export interface Day {
  readonly heapBytes: number;
  /** Sleeps under way, and connections open, at most after any trouble of it. */
  readonly sleeping: number;
  readonly open: number;
  /** Homes announced in it. */
  readonly homes: number;
  /** Troubles that were over for a quarter of an hour while there was no home. */
  readonly homeless: number;
}

export interface Week {
  readonly days: readonly Day[];
  /** After a quiet quarter of an hour, and after the close. */
  readonly quiet: { readonly open: number; readonly preferred: number };
  readonly closed: { readonly open: number; readonly sleeping: number };
}

/**
 * A home through seven days in virtual time: three times an hour a relay cuts its clients, restarts, falls mute, or is elsewhere.
 *
 * @param heapBytes what is in use after a collection
 */
export async function liveAWeek(heapBytes: () => number): Promise<Week> {
  const draw = chance(7);
  const { clock, relays, beacons, home, announcements, forget, close } = setUp({ '1a': 8, '2a': 20, '3a': 60, '4a': 90 }, { chance: draw, attention: { everyMs: minute, knownWithinMs: minute + 1_300 }, watch: { intervalMs: 2 * minute } });
  const names = Object.keys(relays);
  const openNow = (): number => Object.values(relays).reduce((sum, { open }) => sum + open, 0);
  const days: Day[] = [];
  await clock.advance(minute);
  for (let day = 0; day < 7; day++) {
    let [sleeping, open, homes, homeless] = [0, 0, 0, 0];
    for (let trouble = 0; trouble < 3 * 24; trouble++) {
      const name = names[Math.floor(draw() * names.length)] ?? '1a';
      const relay = relays[name];
      if (!relay) throw new Error(`no relay ${name}`);
      const what = (['cut', 'restarts', 'mute', 'elsewhere'] as const)[Math.floor(draw() * 4)];
      if (what === 'restarts') relay.say({ type: 'restarting', reconnectInMs: 2_000, tryForMs: 30_000 });
      if (what === 'restarts') relay.service = 'refuses';
      if (what === 'mute') relay.service = 'mute';
      if (what === 'cut' || what === 'restarts') relay.cut();
      if (what === 'elsewhere') beacons[name] = relay.rttMs = 5 + draw() * 100;
      await clock.advance(5 * minute);
      relay.service = 'serves';
      await clock.advance(15 * minute);
      sleeping = Math.max(sleeping, clock.sleeping);
      open = Math.max(open, openNow());
      homes += announcements().filter((line) => !line.startsWith('down')).length;
      if (home.current === undefined) homeless++;
      forget();
    }
    days.push({ heapBytes: heapBytes(), sleeping, open, homes, homeless });
  }
  await clock.advance(15 * minute);
  const quiet = { open: openNow(), preferred: Object.values(relays).reduce((sum, { preferred }) => sum + preferred, 0) };
  await close();
  return { days, quiet, closed: { open: openNow(), sleeping: clock.sleeping } };
}
