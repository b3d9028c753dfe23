import type { Clock } from '../../core/clock.ts';
import type { Kind } from '../../core/model/kind.ts';
import { speaks, type Region, type RegionId, type RelayMap, type RelayNode } from '../../core/model/map.ts';
import { present } from '../../core/model/present.ts';
import type { Report } from '../../core/model/report.ts';
import type { Follow, Progress } from '../../core/model/strategy.ts';
import { createRunner } from '../../core/probe/run.ts';
import { defaultPace } from '../../core/probe/pace.ts';
import type { Transport } from '../../core/probe/transport.ts';
import type { EdgeDeps } from '../deps.ts';
import type { RegionSweep, Sweep } from '../fleet/facts.ts';
import { askAll, type Planning } from './ask-all.ts';
import { dueRegions } from './due.ts';
import { fetchInstead } from './fetch-instead.ts';
import { askPairs, learnOffsets, pairsToAsk, type Pair } from './kinds.ts';
import { pooled } from './pool.ts';
import { watchSilence } from './silence.ts';

export interface SweepOptions {
  /** Made anew for each sweep and closed at its end: on Workers a connection belongs to the request that made it. */
  readonly transports: () => readonly Transport[];
  readonly clock: Clock;
  /** Regions a sweep. Default: all of them. */
  readonly most?: number;
  /** Probes under way at once. Default 5: Workers hold back the seventh connection, and one may be open besides. */
  readonly places?: number;
  /** What to ask, and when enough is known. Default: what `steady` comes to without UDP; where there is some, that is `steady()`. */
  readonly strategy?: Planning;
}

/** The farthest relay on Earth has shaken hands over TCP and TLS and answered twice in this. Places: a dead relay must not keep one for the whole sweep. */
const patienceMs = 2_000;
/** Silent for most of it: dead. Not for all of it, as tries at one node follow one another. */
const provenShare = 0.75;

/**
 * How a location measures the map: one report of the same runner, plan and strategy as everywhere, over the regions that are
 * due. It takes at most the plan's bound of 5 s. Rejects only with the signal's reason.
 */
export function createSweep({ transports: make, clock, most = Infinity, places = 5, strategy = askAll }: SweepOptions): EdgeDeps['sweep'] {
  return async ({ map, location, last, signal }) => {
    const made = make();
    try {
      const transports = pooled(made, { places, patienceMs, clock });
      const isMeasurable = (region: Region): boolean => region.nodes.some((node) => kindsAt(node, made).length > 0);
      const wanted = dueRegions(map, last, most, isMeasurable);
      const pairs = pairsToAsk(last, wanted, (node) => kindsAt(node, made));
      // A second kind costs as much as a region.
      const regions = wanted.slice(0, Math.min(wanted.length, Math.max(1, most - pairs.length)));
      const due: RelayMap = { version: 1, regions };
      const can = Object.fromEntries(regions.flatMap(({ id, nodes }) => nodes.map((node) => [node.name, preferred(kindsAt(node, made), last?.regions[id])])));
      const context = { now: clock.wall(), full: true, map: due, families: { v4: true, v6: true }, can, clientKey: location.code, chance: 0 };
      const state = strategy.start();
      const silence = watchSilence(provenShare * patienceMs);
      const { report } = await createRunner({ transports, clock, pace: { ...defaultPace, maxOther: places } }).run({
        plan: strategy.plan(state, context), context, signal, strategy: strategy.name,
        next: (progress) => askPairs(awaitAll(fetchInstead(strategy.next(state, progress), progress, (node) => kindsAt(node, made).includes('https'), patienceMs), progress), progress, pairs),
        onEvent: silence.onEvent,
      });
      const offsets = learnOffsets(last, report, pairs);
      return { location, at: report.at, regions: merged(map, last, asUsual(report, pairs), silence.isProven), ...(offsets && { offsets }) };
    } finally {
      await Promise.all(made.map((transport) => transport.close()));
    }
  };
}

/** What can be measured at the node here. */
function kindsAt(node: RelayNode, transports: readonly Transport[]): Kind[] {
  return transports.filter((transport) => transport.supports(node)).map(({ kind }) => kind).filter((kind) => kind === 'fake' || speaks(node, kind));
}

/** TCP before HTTPS, as a handshake is one round trip and nothing of the server's; but where only HTTPS got through, that at once. */
function preferred(kinds: readonly Kind[], last: RegionSweep | undefined): Kind[] {
  if (!kinds.includes('tcp') || !kinds.includes('https')) return [...kinds];
  const leftOut = last?.kind === 'https' && last.latencyMs !== undefined ? 'tcp' : 'https';
  return kinds.filter((kind) => kind !== leftOut);
}

/** A client has enough once the nearest are known; here every region is wanted, and each probe has its own bound. */
const awaitAll = (follow: Follow, { over }: Progress): Follow => (follow.stop === 'enough' && !over.every(Boolean) ? { ...follow, stop: undefined } : follow);

/** Where a region was asked by two kinds, its figure is that of the usual one: it stands beside figures of that kind. */
function asUsual(report: Report, pairs: readonly Pair[]): Report {
  const regions = { ...report.regions };
  for (const { region: id, usual } of pairs) {
    const region = regions[id];
    const latencyMs = region?.kinds?.[usual]?.ms;
    if (region && latencyMs !== undefined) regions[id] = { ...region, latencyMs, kind: usual };
  }
  return { ...report, regions };
}

/** What the report says of the regions that were asked, and what was known of the others, as far as the map still has them. */
function merged(map: RelayMap, last: Sweep | undefined, report: Report, isSilent: (region: RegionId) => boolean): Sweep['regions'] {
  const found: Record<RegionId, RegionSweep> = {};
  for (const { id } of map.regions) {
    const before = last?.regions[id];
    const { latencyMs, kind, doubt = [], samples = 0 } = report.regions[id] ?? {};
    // A first contact alone takes several round trips: it says that the relay lives, not how far it is.
    if (latencyMs !== undefined && !doubt.includes('cold')) found[id] = present({ latencyMs, kind, at: report.at, missed: 0 });
    else if (samples === 0 && isSilent(id)) found[id] = { at: report.at, missed: (before?.missed ?? 0) + 1 };
    else if (before) found[id] = before;
  }
  return found;
}
