import { mostWanted, reluctanceOf } from '../../choice/preferences.ts';
import type { Context } from '../../model/context.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import { byId } from '../netcheck/rules.ts';
import { isBarred } from './bars.ts';
import { leastGain } from './evidence.ts';
import type { SteadyState } from './state.ts';

/** What a choice is made from. Latencies in ms, less what their kind adds, times the factors. */
export interface Seen {
  readonly state: SteadyState;
  readonly report: Report;
  readonly context: Context;
  /** Of the regions that answered. */
  readonly ranked: Readonly<Record<RegionId, number>>;
  /** Lowest of the window. */
  readonly floors: Readonly<Record<RegionId, number>>;
  /** Clients spread over equals. */
  readonly spread: boolean;
  factorOf(id: RegionId): number;
}

/**
 * Regions other than home that answered, nearest first. Those that the map or the owner does not want, and those whose
 * connection died of late, only where no other answered: nor a home that is wanted more.
 */
export function candidatesOf(seen: Seen): RegionId[] {
  const { context: { map, preferences }, ranked, state: { home, barred }, report } = seen;
  const wanted = mostWanted(map, preferences, Object.keys(ranked).filter((id) => id !== home));
  const reluctance = (id: RegionId | undefined): number => reluctanceOf(regionById(map, id), preferences);
  if (home !== undefined && ranked[home] !== undefined && aliveOf(seen, home) !== false && reluctance(home) < reluctance(wanted[0])) return [];
  const lives = wanted.filter((id) => !isBarred(barred, id, report.at));
  return (lives.length ? lives : wanted).sort((a, b) => (ranked[a] ?? 0) - (ranked[b] ?? 0) || byId(a, b));
}

export const aliveOf = ({ context }: Pick<Seen, 'context'>, id: RegionId): boolean | undefined => (context.home?.region === id ? context.home.alive : undefined);

/** Its relay showed life so lately, or since the report began. */
export function wasHeard({ report, context }: Seen, id: RegionId, withinMs: number): boolean {
  const heard = context.heard?.[id];
  return heard !== undefined && report.at - heard < Math.max(withinMs, report.durationMs);
}

/** What a region is taken to be nearer by because the owner prefers it: as much as a move must gain. */
export const favourMs = ({ context: { preferences } }: Pick<Seen, 'context'>, id: RegionId, ofMs: number): number => (preferences?.prefer?.includes(id) === true ? leastGain(ofMs) : 0);
