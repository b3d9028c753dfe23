import type { RegionId, RelayMap } from '../../core/model/map.ts';
import type { Location } from './facts.ts';
import type { LocationFacts } from '../storage/store.ts';

export interface Hint {
  readonly ranked: readonly RegionId[];
  readonly latencyMs?: Readonly<Record<RegionId, number>>;
  readonly ageMs: number;
  readonly basis: 'measured' | 'clients' | 'place';
  readonly notes?: readonly { readonly code: string; readonly message: string }[];
}

export function rankHint({ map, facts, now }: { readonly map: RelayMap; readonly facts: LocationFacts; readonly location: Location; readonly client?: { readonly latitude?: number; readonly longitude?: number }; readonly now: number }): Hint {
  const known = map.regions.flatMap(({ id }) => {
    const latencyMs = facts.sweep?.regions[id]?.latencyMs;
    return latencyMs === undefined ? [] : [[id, latencyMs] as const];
  }).sort(([, one], [, other]) => one - other);
  if (known.length === 0) return { ranked: map.regions.map(({ id }) => id), ageMs: 0, basis: 'place' };
  return { ranked: known.map(([id]) => id), latencyMs: Object.fromEntries(known), ageMs: now - (facts.sweep?.at ?? now), basis: 'measured' };
}
