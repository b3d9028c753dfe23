import type { Hono } from 'hono';
import { regionById, type Region } from '../../core/model/map.ts';
import { present } from '../../core/model/present.ts';
import { answerJson, cache } from '../answer.ts';
import { distanceM, fibreMPerMs } from '../distance.ts';
import type { Edge, EdgeEnv } from '../edge.ts';
import type { Description } from '../openapi/description.ts';
import { settingsRegions as schema } from '../schema/answers.ts';

/** How long LiveKit's clients keep the list. */
const maxAgeMs = 60_000;

export const description: Description = {
  name: 'settingsRegions', method: 'get', path: '/settings/regions', summary: "Regions that have a service, nearest first, in LiveKit's form",
  description: 'The distance is in whole metres, from the client where its place is known, else from this location; where neither is, what the latency amounts to in fibre.',
  answers: { 200: { description: 'The list', schema } }, problems: [503],
};

export function settingsRegions(app: Hono<EdgeEnv>, { hints }: Edge): void {
  app.get('/settings/regions', async (c) => {
    const { map, location, client, hint } = await hints.for(c.get('request'));
    const metres = (region: Region): number | undefined => {
      const latencyMs = hint.latencyMs?.[region.id];
      return distanceM(client, region) ?? distanceM(location, region) ?? (latencyMs === undefined ? undefined : Math.round((latencyMs / 2) * fibreMPerMs));
    };
    const regions = hint.ranked.flatMap((id) => {
      const region = regionById(map, id);
      return region?.service === undefined ? [] : [present({ region: region.code, url: region.service, distance: metres(region) })];
    });
    return answerJson(c, { regions }, { cache: cache.here(maxAgeMs) });
  });
}
