import type { RelayMap } from '../../core/model/map.ts';
import { present } from '../../core/model/present.ts';
import { answerJson, cache } from '../answer.ts';
import type { Edge, Routes } from '../edge.ts';
import type { Sweep } from '../fleet/facts.ts';
import { sweepMaxAgeMs } from '../knowledge.ts';
import type { Description } from '../openapi/description.ts';
import { Problem } from '../problem.ts';
import { latency as schema } from '../schema/answers.ts';

export const description: Description = {
  name: 'latency', method: 'get', path: '/v1/latency', summary: 'Round trips from this location to every region',
  description: 'Measured once in 30 s; large maps in rotation, so that each region has its age. Without latencyMs it did not answer.',
  answers: { 200: { description: 'The last sweep', schema } }, problems: [503],
};

export function latency(routes: Routes, { deps, knowledge, map }: Edge): void {
  routes.get('/v1/latency', async (c) => {
    const request = c.req.raw;
    const served = await map();
    const sweep = await knowledge.sweep(deps.locate(request), request);
    if (!sweep) throw new Problem(503, 'nothing has been measured here yet', { headers: { 'retry-after': '5' } });
    const now = deps.wall();
    return answerJson(c, { location: sweep.location.code, at: Math.round(sweep.at), regions: regionsOf(served, sweep, now) }, { cache: cache.here(sweepMaxAgeMs - (now - sweep.at)) });
  });
}

/** To a microsecond: what is finer is noise. */
const roundMs = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/** Regions that have left the map meanwhile are left out. */
function regionsOf(map: RelayMap, sweep: Sweep, now: number): object {
  const known = map.regions.flatMap(({ id }) => {
    const region = Object.hasOwn(sweep.regions, id) ? sweep.regions[id] : undefined;
    if (!region) return [];
    const { latencyMs, kind, at, missed } = region;
    return [[id, present({ latencyMs: latencyMs === undefined ? undefined : roundMs(latencyMs), kind, ageMs: Math.max(0, Math.round(now - at)), missed: missed || undefined })] as const];
  });
  return Object.fromEntries(known);
}
