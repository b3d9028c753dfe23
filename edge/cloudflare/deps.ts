import { connect } from 'cloudflare:sockets';
import { systemClock } from '../../universal/clock.ts';
import type { Access, EdgeDeps, LogEntry } from '../deps.ts';
import { fetchMap } from '../map/fetch-map.ts';
import { createLiveMap, type LiveMap } from '../map/live-map.ts';
import { inTurn } from '../measure/in-turn.ts';
import { createSweep } from '../measure/sweep.ts';
import { homesIn } from '../storage/home-store.ts';
import { sparing } from '../storage/sparing.ts';
import { createAllowance } from '../transports/allowance.ts';
import { tcp } from '../transports/connect.ts';
import { https } from '../transports/fetch.ts';
import { subrequestsOf, type Env } from './env.ts';
import { clientOf, locate } from './visitor.ts';
import { upgradeWebSocket } from './websocket.ts';

/** A region takes so many requests: four handshakes, or four fetches. One more where a handshake is refused, until that is known. */
const requestsARegion = 4;
/** For what else a request does: reading the map. Durable Objects have a limit of their own. */
const keptBack = 2;
/** The clock has steps of 1 ms: what takes less takes half of one. */
const leastMs = 0.5;

export interface WorkerDeps extends EdgeDeps {
  readonly liveMap: LiveMap;
}

/**
 * What a Worker's bindings are to the app. `background` lets work outlive the answer: `context.waitUntil` of the request that it
 * is given. Whoever serves the app calls `liveMap.refresh()` with each request as well. Throws without the binding `HOMES`.
 */
export function workerDeps(env: Env, background: EdgeDeps['background']): WorkerDeps {
  if (typeof env.HOMES?.get !== 'function') throw new Error('HOMES is not bound: it takes a Durable Object binding of that name, to the class HomeStore');
  const clock = systemClock();
  const liveMap = createLiveMap({ read: () => readMap(env), wall: clock.wall, log });
  const most = Math.floor((subrequestsOf(env) - keptBack) / requestsARegion);
  const { store, hashKey, turns } = homesIn(env.HOMES);
  const { EVENTS: events } = env;
  return {
    liveMap,
    map: liveMap.current,
    locate,
    clientOf,
    sweep: inTurn(createSweep({
      clock, most,
      transports: () => {
        const allowance = createAllowance(most * requestsARegion);
        return [
          tcp({ leastMs, connect: (address) => { allowance.take(); return connect(address); } }),
          https({ leastMs, fetch: async (url, init) => { allowance.take(); return fetch(url, init); } }),
        ];
      },
    }), turns, clock),
    store: sparing(store, clock.wall),
    hashKey,
    wall: clock.wall,
    background,
    access: accessOf(env),
    upgradeWebSocket,
    log,
    ...(events && { count: ({ route, status, location, ms }) => events.writeDataPoint({ indexes: [location], blobs: [route, location], doubles: [status, ms] }) }),
  };
}

/** Closed unless the owner said otherwise: the fleet view tells where clients are. */
function accessOf({ FLEET_TOKEN, PUBLIC_FLEET }: Env): Access {
  if (PUBLIC_FLEET === '1') return 'open';
  return FLEET_TOKEN ? { token: FLEET_TOKEN } : 'closed';
}

async function readMap({ RELAY_MAP, RELAY_MAPS, RELAY_MAP_URL }: Env): Promise<string | object> {
  if (RELAY_MAP !== undefined && RELAY_MAP !== '') return RELAY_MAP;
  const kept = await RELAY_MAPS?.get('relay-map', { cacheTtl: 300 });
  if (kept !== undefined && kept !== null) return kept;
  if (RELAY_MAP_URL) return fetchMap(RELAY_MAP_URL, (url, init) => fetch(url, init));
  throw new Error('no relay map: set RELAY_MAP or RELAY_MAP_URL, or put one into the KV namespace RELAY_MAPS');
}

/** Workers Logs reads lines of JSON. */
function log(entry: LogEntry): void {
  const line = JSON.stringify(entry);
  if (entry.level === 'error') console.error(line);
  else if (entry.level === 'warning') console.warn(line);
  else console.log(line);
}
