import { sentenceOf } from '../core/choice/explain.ts';
import type { GetCredentials, TurnCredentials } from '../core/ice/credentials.ts';
import { inOrder } from '../core/ice/ranking.ts';
import { iceServersOf, withIce } from '../core/ice/servers.ts';
import { nodesWanted } from '../core/choice/nodes.ts';
import type { Decision } from '../core/model/decision.ts';
import type { Region, RegionId, RelayMap } from '../core/model/map.ts';
import { answered } from '../core/model/report.ts';
import type { Transport } from '../core/probe/transport.ts';
import type { MapSource } from './load-map.ts';
import { find, prepare, type NearestOptions } from './nearest.ts';
import { localStore } from './store.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The servers: a map that has TURN or STUN, or as `RTCPeerConnection` takes them; or the map that an edge serves, which has no credentials in it. */
export type IceSource = { readonly map: MapSource; readonly iceServers?: never } | { readonly iceServers: readonly RTCIceServer[]; readonly map?: never } | { readonly edge: string | URL; readonly map?: never; readonly iceServers?: never };

export type NearestIceServersOptions = Omit<NearestOptions, 'map' | 'until'> & IceSource & {
  /** Asked for the regions that are returned; goes before credentials in the map. A region that it rejects for is left out. */
  readonly credentials?: GetCredentials;
  /** How many regions follow the nearest, in case that fails. Default 1; browsers slow down above four servers or so. */
  readonly fallbacks?: number;
  /**
   * Such as `turn()`: proves for each returned region that it takes its credentials and relays. Those that do not go last.
   * Once one does, the others get as long again as that took.
   */
  readonly verify?: Pick<Transport, 'probe'>;
  /** How long that may take if none does. Default 5,000. */
  readonly verifyMs?: number;
};

export interface NearestIceServers {
  /** For `new RTCPeerConnection({ iceServers })`: the nearest region's, then those of the fallbacks. */
  readonly iceServers: RTCIceServer[];
  readonly region: Region;
  readonly fallback?: Region;
  /** When the first of the credentials ends, epoch ms. */
  readonly expiresAt?: number;
  /** Where nothing answers it names no home; its sentence says which region stands in. */
  readonly decision: Decision;
}

/** A region that is returned, with what it takes. */
interface Finalist {
  readonly region: Region;
  readonly credentials: TurnCredentials | undefined;
}

/**
 * The ICE servers of the nearest region, with a fallback region's behind them, ready for an `RTCPeerConnection`. Regions
 * with TURN are looked at, those with STUN only if there is no TURN at all.
 *
 * Servers come also where nothing answers. Rejects when the signal aborts, where no region has TURN or STUN, and where
 * credentials are to be had for none of the regions, with the first one's reason.
 */
export async function nearestIceServers(options: NearestIceServersOptions): Promise<NearestIceServers> {
  const { fallbacks = 1, store = localStore('nearest-relay ice'), credentials, iceServers, preferences, signal = new AbortController().signal } = options;
  const listed = options.map === undefined && iceServers ? await unlessAborted(mapOf([...iceServers]), signal) : undefined;
  const { loaded, end, ...rest } = await prepare({ ...options, signal, ...(listed && { map: listed }) });
  const map = withIce(loaded.map);
  const { report, decision, at } = await find({ ...loaded, map }, { ...options, ...rest, store }, Math.min(fallbacks + 1, map.regions.length)).finally(end);

  const latencies = new Map(answered(report));
  const ranked = inOrder(map.regions.filter(({ noHome }) => !noHome), { home: at, preferences, latencyOf: (id) => latencies.get(id) }).slice(0, fallbacks + 1);

  const askedAt = Date.now();
  const got = await Promise.allSettled(ranked.map(async (region): Promise<Finalist> => ({ region, credentials: await credentials?.(region, { signal }) })));
  signal.throwIfAborted();
  const finalists = got.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (finalists.length === 0) throw got.find((one) => one.status === 'rejected')?.reason ?? new TypeError('no region with TURN or STUN may be a home');

  const relays = await whichRelay(finalists, options, signal);
  signal.throwIfAborted();
  const ordered = [...finalists.filter((_, index) => relays[index]), ...finalists.filter((_, index) => !relays[index])];
  const [first, second] = ordered;
  if (!first) throw new TypeError('unreachable');
  const ends = finalists.flatMap((finalist) => endOf(finalist.credentials, askedAt) ?? []);
  return {
    iceServers: ordered.flatMap(({ region, credentials }) => iceServersOf(region, preferences, credentials)),
    region: first.region,
    ...(second && { fallback: second.region }),
    ...(ends.length > 0 && { expiresAt: Math.min(...ends) }),
    decision: decision.home === undefined ? standIn(decision, first.region.id, map) : decision,
  };
}

const endOf = ({ ttlMs, expiresAt }: Partial<TurnCredentials> = {}, askedAt: number): number | undefined => (ttlMs === undefined ? expiresAt : askedAt + ttlMs);

/** The map that such servers make. */
export const mapOf = async (iceServers: readonly RTCIceServer[]): Promise<RelayMap> => (await import('./read-map.ts')).readMap(iceServers);

/** The others get no less than this once the first relays: it may have been a lucky one. */
const leastGraceMs = 250;

/** Which of them relay, by one node at least; all where nobody wants to know. */
async function whichRelay(finalists: readonly Finalist[], { verify, verifyMs = 5000, preferences }: NearestIceServersOptions, signal: AbortSignal): Promise<boolean[]> {
  if (!verify) return finalists.map(() => true);
  const end = new AbortController();
  const bound = AbortSignal.any([signal, end.signal]);
  const began = performance.now();
  let timer = setTimeout(() => end.abort(), verifyMs);
  const doesRelay = async ({ region, credentials }: Finalist): Promise<boolean> => {
    await Promise.any(nodesWanted(region, preferences).flatMap((node) => (node.turn ? [verify.probe({ ...node, turn: { ...node.turn, ...credentials } }, { signal: bound })] : [])));
    clearTimeout(timer);
    timer = setTimeout(() => end.abort(), Math.max(leastGraceMs, performance.now() - began));
    return true;
  };
  try {
    return await Promise.all(finalists.map((finalist) => doesRelay(finalist).catch(() => false)));
  } finally {
    clearTimeout(timer);
  }
}

const standIn = (decision: Decision, home: RegionId, map: RelayMap): Decision => ({
  ...decision, state: 'unreachable', reason: 'fallback', sentence: sentenceOf({ home, reason: 'fallback', why: {} }, map),
});
