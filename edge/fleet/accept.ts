import type { Place } from '../../core/choice/light.ts';
import type { Kind } from '../../core/model/kind.ts';
import { kinds } from '../../core/model/kind.ts';
import { regionById, type RegionId, type RelayMap } from '../../core/model/map.ts';
import type { Mutable } from '../../core/model/mutable.ts';
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
  const [first, ...others] = byKind;
  if (!first) return refused('regions', 'has no round trip');
  const { kind, latencies } = others.reduce((most, one) => (one.latencies.length > most.latencies.length ? one : most), first);
  const { place } = client;
  if (latencies.length > 2 && latencies.every(([, ms]) => ms === latencies[0]?.[1])) return refused('regions', 'all round trips are the same to the last digit: none was measured');
  const latencyMs = Object.fromEntries(latencies);
  const { regions: fast, allEqual, notes } = impossible({ map, latencyMs, placeSlackKm: clientPlaceSlackKm, place });
  if (allEqual || fast.length > latencies.length * mostImpossible) return { errors: notes.slice(0, 20).map(({ message }) => ({ path: 'regions', message })) };
  for (const id of fast) delete latencyMs[id];
  const accepted: Mutable<AcceptedReport> = { at: now, client: client.client, network: client.network, kind, latencyMs };
  if (place) accepted.place = { latitude: Math.round(place.latitude), longitude: Math.round(place.longitude) };
  if (typeof home === 'string') accepted.home = home;
  if (notes.length > 0) accepted.notes = notes;
  return accepted;
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

/** Round trips of one kind, a region each. */
interface Latencies {
  readonly kind: Kind;
  readonly latencies: [RegionId, number][];
}

/** Each region's figures of every kind that it was measured by. In lists, as a client has a kind or two: maps take far longer. */
function readRegions(regions: Readonly<Record<string, unknown>>, map: RelayMap, errors: ReportError[]): readonly Latencies[] {
  const byKind: Latencies[] = [];
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
function readRegion(region: Readonly<Record<string, unknown>>, id: RegionId, byKind: Latencies[], errors: ReportError[]): void {
  const { kinds: ofKinds, kind, latencyMs } = region;
  const figures = recordOf(ofKinds);
  if (ofKinds !== undefined && !figures) errors.push({ path: `regions.${id}.kinds`, message: 'must be an object' });
  for (const name in figures) {
    const ms = recordOf(figures[name])?.['ms'];
    if (ms === undefined) continue;
    if (!isMeasured(name)) errors.push({ path: `regions.${id}.kinds`, message: whyNot(name) });
    else if (!isLatency(ms)) errors.push({ path: `regions.${id}.kinds.${name}.ms`, message: notLatency });
    else take(byKind, name, id, ms);
  }
  if (latencyMs === undefined) return;
  if (!isMeasured(kind)) errors.push({ path: `regions.${id}.kind`, message: whyNot(kind) });
  else if (!isLatency(latencyMs)) errors.push({ path: `regions.${id}.latencyMs`, message: notLatency });
  else take(byKind, kind, id, latencyMs);
}

/** A region's figures come one after another: what it has of that kind already is the last. */
function take(byKind: Latencies[], kind: Kind, id: RegionId, ms: number): void {
  const latencies = byKind.find((one) => one.kind === kind)?.latencies;
  const last = latencies?.at(-1);
  if (!latencies) byKind.push({ kind, latencies: [[id, ms]] });
  else if (last?.[0] === id) last[1] = ms;
  else latencies.push([id, ms]);
}

const whyNot = (kind: unknown): string => (kind === 'fake' ? 'was not measured' : 'must be a kind of probe');
const notLatency = `must be more than 0 and at most ${mostLatencyMs} ms`;

const measured: ReadonlySet<unknown> = new Set(kinds.filter((kind) => kind !== 'fake'));
const isMeasured = (kind: unknown): kind is Kind => measured.has(kind);

const isLatency = (ms: unknown): ms is number => typeof ms === 'number' && ms > 0 && ms <= mostLatencyMs;
