import { distanceKm, placeOf, type Place } from '../../core/choice/light.ts';
import { regionById, type Region } from '../../core/model/map.ts';
import { present } from '../../core/model/present.ts';
import { answerJson, cache } from '../answer.ts';
import type { Edge, Routes } from '../edge.ts';
import type { Description } from '../openapi/description.ts';
import { settingsRegions as schema } from '../schema/answers.ts';

/** How long LiveKit's clients keep the list. */
const maxAgeMs = 60_000;

export const description: Description = {
  name: 'settingsRegions', method: 'get', path: '/settings/regions', summary: "Regions that have a service, nearest first, in LiveKit's form",
  description: 'Distances in metres, from the client where its place is known, else from this location, else what the latency amounts to in fibre.',
  answers: { 200: { description: 'The list', schema } }, problems: [503],
};

export function settingsRegions(routes: Routes, { hints }: Edge): void {
  routes.get('/settings/regions', async (c) => {
    const { map, location, client, hint } = await hints.for(c.req.raw);
    const metres = (region: Region): number | undefined => {
      const here = placeOf(client) ?? placeOf(location);
      const there = placeOf(region);
      return here && there ? distanceM(here, there) : distanceByLatencyM(hint.latencyMs?.[region.id]);
    };
    const regions = hint.ranked.flatMap((id) => {
      const region = regionById(map, id);
      return region?.service === undefined ? [] : [present({ region: region.code, url: region.service, distance: metres(region) })];
    });
    return answerJson(c, { regions }, { cache: cache.here(maxAgeMs) });
  });
}

const distanceM = (here: Place, there: Place): number => Math.round(distanceKm(here, there) * 1_000);

/** Light goes two thirds as fast in fibre as in vacuum: 200 km in a ms, there and back. */
const fibreMPerMs = 200_000;

const distanceByLatencyM = (latencyMs: number | undefined): number | undefined => (latencyMs === undefined ? undefined : Math.round((latencyMs / 2) * fibreMPerMs));
