import type { RelayMap } from '../../core/model/map.ts';
import type { ClientReport, Location } from './facts.ts';

export function acceptReport({ report, map, client, now }: { readonly report: unknown; readonly map: RelayMap; readonly location: Location; readonly client: { readonly client: string; readonly network: string; readonly place?: { readonly latitude: number; readonly longitude: number } }; readonly now: number }): ClientReport | { readonly errors: readonly { readonly path: string; readonly message: string }[] } {
  const { regions } = report as { readonly regions: Readonly<Record<string, { readonly latencyMs?: number }>> };
  if (Object.keys(regions).some((id) => !map.regions.some((region) => region.id === id))) return { errors: [{ path: 'regions', message: 'has a region that the map does not have' }] };
  return { at: now, ...client, kind: 'stun', latencyMs: Object.fromEntries(Object.entries(regions).flatMap(([id, { latencyMs }]) => (latencyMs === undefined ? [] : [[id, latencyMs]]))) };
}
