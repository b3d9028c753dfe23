import type { Place } from '../../core/choice/light.ts';
import type { Kind } from '../../core/model/kind.ts';
import { kinds } from '../../core/model/kind.ts';
import { regionById, type RegionId, type RelayMap } from '../../core/model/map.ts';
import type { Note } from '../../core/model/report.ts';
import type { ClientReport, Location } from './facts.ts';
import { impossible } from './impossible.ts';

/** Where a report is wrong, and how. Neither repeats what was sent: `path` holds names of fields and the map's own ids. */
export interface ReportError {
  readonly path: string;
  readonly message: string;
}

/** What is kept, and beside it what could not be as it was told: that part is left out. */
export type AcceptedReport = ClientReport & { readonly notes?: readonly Note[] };

export interface PostedReport {
  /** What was posted, as JSON was read: nothing about it is known. */
  readonly report: unknown;
  readonly map: RelayMap;
  readonly location: Location;
  /** Hashes of its address and of its network, and where the platform sees it. */
  readonly client: { readonly client: string; readonly network: string; readonly place?: Place };
  /** Epoch ms. */
  readonly now: number;
}

export const mostLatencyMs = 10_000;
/** A report that waited longer tells of a network that its client may have left. */
const mostAgeMs = 3_600_000;
/** How far a client's clock may be ahead. */
const mostAheadMs = 300_000;
/** Places by address are right to the town at best, and to the country mostly. */
const clientPlaceSlackKm = 500;
/** Where more of the report is impossible, none of it can be believed. */
const mostImpossible = 1 / 3;

/**
 * Reads a report that a client posted, and keeps of it what others may be told: round trips of the map's regions, of one
 * kind. What physics excludes is left out with a note, or all of it refused where it is much.
 */
export function acceptReport({ report, map, client, now }: PostedReport): AcceptedReport | { readonly errors: readonly ReportError[] } {
  const errors: ReportError[] = [];
  const fields = recordOf(report);
  const regions = recordOf(fields?.['regions']);
  if (!fields || !regions) return refused(fields ? 'regions' : '', 'must be an object');
  errors.push(...timeErrors(fields['at'], now));
  const byKind = readRegions(regions, map, errors);
  const home = fields['home'];
  if (home !== undefined && !(typeof home === 'string' && regionById(map, home))) errors.push({ path: 'home', message: 'must be a region of the map' });
  if (errors.length > 0) return { errors: errors.slice(0, 20) };
  let most: readonly [Kind, Map<RegionId, number>] | undefined;
  for (const one of byKind) if (!most || one[1].size > most[1].size) most = one;
  if (!most) return refused('regions', 'has no round trip');
  const [kind, latencies] = most;
  if (latencies.size > 2 && new Set(latencies.values()).size === 1) return refused('regions', 'all round trips are the same to the last digit: none was measured');
  const measuredMs = Object.fromEntries(latencies);
  const { regions: fast, allEqual, notes } = impossible({ map, latencyMs: measuredMs, placeSlackKm: clientPlaceSlackKm, ...(client.place && { place: client.place }) });
  if (allEqual || fast.length > latencies.size * mostImpossible) return { errors: notes.slice(0, 20).map(({ message }) => ({ path: 'regions', message })) };
  for (const id of fast) latencies.delete(id);
  return {
    at: now, client: client.client, network: client.network, kind, latencyMs: fast.length > 0 ? Object.fromEntries(latencies) : measuredMs,
    ...(client.place && { place: { latitude: Math.round(client.place.latitude), longitude: Math.round(client.place.longitude) } }),
    ...(typeof home === 'string' && { home }),
    ...(notes.length > 0 && { notes }),
  };
}

const refused = (path: string, message: string): { readonly errors: readonly ReportError[] } => ({ errors: [{ path, message }] });

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function timeErrors(at: unknown, now: number): ReportError[] {
  if (typeof at !== 'number' || !Number.isFinite(at)) return [{ path: 'at', message: 'must be a time in epoch ms' }];
  if (now - at > mostAgeMs) return [{ path: 'at', message: 'is more than an hour ago, or the clock is wrong' }];
  return at - now > mostAheadMs ? [{ path: 'at', message: 'is in the future: the clock is wrong' }] : [];
}

/** Round trips by kind: each region's figures of every kind that it was measured by. */
function readRegions(regions: Readonly<Record<string, unknown>>, map: RelayMap, errors: ReportError[]): ReadonlyMap<Kind, Map<RegionId, number>> {
  const byKind = new Map<Kind, Map<RegionId, number>>();
  let strangers = 0;
  for (const id of Object.keys(regions)) {
    const region = recordOf(regions[id]);
    if (!regionById(map, id)) strangers++;
    else if (region) readRegion(region, id, byKind, errors);
    else errors.push({ path: `regions.${id}`, message: 'must be an object' });
  }
  if (strangers > 0) errors.unshift({ path: 'regions', message: 'has a region that the map does not have' });
  return byKind;
}

/** Its figures go into `byKind`, and what is wrong with them into `errors`. */
function readRegion(region: Readonly<Record<string, unknown>>, id: RegionId, byKind: Map<Kind, Map<RegionId, number>>, errors: ReportError[]): void {
  const take = (kind: Kind, ms: number): void => {
    const latencies = byKind.get(kind);
    if (latencies) latencies.set(id, ms);
    else byKind.set(kind, new Map([[id, ms]]));
  };
  const { kinds: ofKinds, kind, latencyMs } = region;
  const figures = recordOf(ofKinds);
  if (ofKinds !== undefined && !figures) errors.push({ path: `regions.${id}.kinds`, message: 'must be an object' });
  for (const name in figures) {
    const ms = recordOf(figures[name])?.['ms'];
    if (ms === undefined) continue;
    if (!isMeasured(name)) errors.push({ path: `regions.${id}.kinds`, message: whyNot(name) });
    else if (!isLatency(ms)) errors.push({ path: `regions.${id}.kinds.${name}.ms`, message: notLatency });
    else take(name, ms);
  }
  if (latencyMs === undefined) return;
  if (!isMeasured(kind)) errors.push({ path: `regions.${id}.kind`, message: whyNot(kind) });
  else if (!isLatency(latencyMs)) errors.push({ path: `regions.${id}.latencyMs`, message: notLatency });
  else take(kind, latencyMs);
}

const whyNot = (kind: unknown): string => (kind === 'fake' ? 'was not measured' : 'must be a kind of probe');
const notLatency = `must be more than 0 and at most ${mostLatencyMs} ms`;

const measured: ReadonlySet<unknown> = new Set(kinds.filter((kind) => kind !== 'fake'));
const isMeasured = (kind: unknown): kind is Kind => measured.has(kind);

const isLatency = (ms: unknown): ms is number => typeof ms === 'number' && ms > 0 && ms <= mostLatencyMs;
