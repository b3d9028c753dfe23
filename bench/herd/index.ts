import type { Clock } from '../../core/clock.ts';
import type { RegionId } from '../../core/model/map.ts';
import { chance } from '../../test/chance.ts';
import { mapOf } from '../../test/maps.ts';
import { living, plain, type Kind, type Member } from './clients.ts';
import { steppingClock } from './clock.ts';
import { createRelay, type Relay } from './relays.ts';

/** What befalls all clients of the first relay. */
export interface Scenario {
  readonly name: string;
  /** All clients are nearest to the first relay, then to the second. */
  readonly relays: number;
  befall(relays: readonly Relay[], clock: Clock): void;
  /** What the relays other than the first take in any second, from then on. */
  readonly mostPerSecond?: number;
  /** What is looked at is not that, but what comes so much later. */
  readonly next?: { readonly afterMs: number; befall(relays: readonly Relay[]): void };
  /** At which relay connects are looked at. */
  readonly at: RegionId;
}

/** From the moment that is looked at. */
export interface HerdFigures {
  /** The most connects that arrive at the relay within any second. */
  readonly peakPerSecond: number;
  /** That arrive there in a minute. */
  readonly connects: number;
  /** Without a home, ms. */
  readonly medianMs: number;
  readonly worstMs: number;
  /** Clients without one at the end. */
  readonly homeless: number;
}

const startsWithinMs = 10_000;
/** From the last start to the fault: connections count as stable by then. */
const settledMs = 35_000;
const watchedMs = 60_000;

/** How long each was without a home since `fromMs`. */
function createLog(clock: Clock) {
  const spells: { region: RegionId | undefined; sinceMs: number; downMs: number }[] = [];
  const pass = (spell: typeof spells[number]): void => {
    if (spell.region === undefined) spell.downMs += clock.now() - spell.sinceMs;
    spell.sinceMs = clock.now();
  };
  return {
    spells,
    onRegion: (each: number) => (region: RegionId | undefined): void => {
      const spell = (spells[each] ??= { region: undefined, sinceMs: clock.now(), downMs: 0 });
      pass(spell);
      spell.region = region;
    },
    /** Begins at 0 again. */
    reset: (): void => spells.forEach((spell) => Object.assign(spell, { downMs: 0, sinceMs: clock.now() })),
    sorted: (): number[] => spells.map((spell) => (pass(spell), spell.downMs)).sort((a, b) => a - b),
  };
}

/** The most in any second. */
function peakOf(timesMs: readonly number[]): number {
  let peak = 0;
  for (let from = 0, to = 0; to < timesMs.length; to++) {
    while ((timesMs[from] ?? 0) <= (timesMs[to] ?? 0) - 1_000) from++;
    peak = Math.max(peak, to - from + 1);
  }
  return peak;
}

/** All clients live through the scenario, in virtual time. The same seed, the same herd. */
export async function runHerd({ relays: count, befall, mostPerSecond = Infinity, next, at }: Scenario, kind: Kind, { clients = 1_000, seed = 1 }: { readonly clients?: number; readonly seed?: number } = {}): Promise<HerdFigures> {
  const clock = steppingClock();
  const draw = chance(seed);
  const map = mapOf(Array.from({ length: count }, (_, each) => `r${each + 1}`));
  const relays = new Map(map.regions.map(({ id }) => [id, createRelay(id, clock)]));
  const all = [...relays.values()];
  const log = createLog(clock);
  const herd: Member[] = [];
  for (let each = 0; each < clients; each++) {
    const nearMs = 5 + 25 * draw();
    const rttMs = new Map(map.regions.map(({ id }, place) => [id, Math.round(nearMs + place * (20 + 10 * draw()))]));
    herd.push(kind({ map, relays, rttMs, clock, random: chance(seed * 1_000_003 + each), onRegion: log.onRegion(each) }));
    await clock.advance(Math.round(startsWithinMs * (each + 1) / clients) - clock.now());
  }
  await clock.advance(settledMs);
  const isSettled = log.spells.length === clients && log.spells.every(({ region }) => region === map.regions[0]?.id);
  if (!isSettled) throw new Error('not all clients are where they should be');

  for (const relay of all.slice(1)) relay.mostPerSecond = mostPerSecond;
  befall(all, clock);
  if (next) {
    await clock.advance(next.afterMs);
    log.reset();
    next.befall(all);
  }
  const fromMs = clock.now();
  await clock.advance(watchedMs);
  const arrivedMs = relays.get(at)?.arrivalsMs.filter((ms) => ms >= fromMs) ?? [];
  const downMs = log.sorted();
  const figures = {
    peakPerSecond: peakOf(arrivedMs),
    connects: arrivedMs.length,
    medianMs: downMs[downMs.length >> 1] ?? 0,
    worstMs: downMs.at(-1) ?? 0,
    homeless: log.spells.filter(({ region }) => region === undefined).length,
  };
  const closed = Promise.all(herd.map((member) => member.close()));
  await clock.advance(1_000);
  await closed;
  return figures;
}

const kill = ([first]: readonly Relay[]): void => first?.kill();
const [first, second] = ['1', '2'];

export const scenarios = {
  killed: { name: 'one of three killed', relays: 3, befall: kill, at: second },
  limited: { name: 'one of two killed, the other takes 100 a second', relays: 2, befall: kill, mostPerSecond: 100, at: second },
  recovers: { name: 'one of three back after 30 s', relays: 3, at: first, befall: kill, next: { afterMs: 30_000, befall: ([lost]) => lost?.start() } },
  returns: { name: 'the only one back after 30 s', relays: 1, at: first, befall: kill, next: { afterMs: 30_000, befall: ([only]) => only?.start() } },
  /** It says so, ends after 5 s, and is back after 15 s. */
  restarts: { name: 'one of three restarts', relays: 3, at: second, befall(relays, clock) {
    relays[0]?.say({ type: 'restarting', reconnectInMs: 10_000, tryForMs: 60_000 });
    void clock.sleep(5_000).then(() => kill(relays));
    void clock.sleep(15_000).then(() => relays[0]?.start());
  } },
} as const satisfies Readonly<Record<string, Scenario>>;
/** The kinds that are held against each other. */
export const kinds = { live: living('live'), idle: living('idle'), plain: plain(1_000) } as const satisfies Readonly<Record<string, Kind>>;
