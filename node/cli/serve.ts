import { once } from 'node:events';
import { upgradeWebSocket } from '@hono/node-server';
import { createApp } from '../../edge/app.ts';
import { coloLocation } from '../../edge/cloudflare/colo-places.ts';
import type { EdgeDeps } from '../../edge/deps.ts';
import type { Location } from '../../edge/fleet/facts.ts';
import { createSweep } from '../../edge/measure/sweep.ts';
import { placeOf } from '../../core/choice/light.ts';
import { steady, systemClock, type RelayMap } from '../../universal/index.ts';
import { createResolver, nodeTransports, stun as createStun } from '../transports/index.ts';
import { exitCodes, UsageError } from './errors.ts';
import type { CommandContext } from './main.ts';
import { receivedAs, serveHttp } from './serve-http.ts';
import { hmac } from './serve-hmac.ts';
import { serveMap } from './serve-map.ts';
import { readServeOptions } from './serve-options.ts';
import { inMemory, openSql, type OpenSql } from './serve-sql.ts';
import { serveStore } from './serve-store.ts';
import { accessFor, clientOf } from './serve-visitor.ts';

/** `nearest-relay serve`: the edge app on Node until interrupted. Prints its URL once it listens; the log goes to stderr. */
export async function serve({ args, signal }: CommandContext): Promise<number> {
  const options = readServeOptions(args, process.env);
  const { wall } = systemClock();
  const database = openData(options.data);
  const map = await serveMap(options.map, { signal, log, wall }).catch((error: unknown) => {
    database.close();
    throw error;
  });
  const { store, hashKey, flush } = serveStore(database.sql, { wall, onError: (error) => log({ level: 'error', event: 'store-failed', operation: 'save-report', error: error instanceof Error ? error.name : 'unknown' }) });
  const measuring = await openSweep();
  const behind = new Set<Promise<unknown>>();
  try {
    const location = locationOf(options.location, await map.current());
    const app = createApp({
      map: map.current,
      locate: () => location,
      clientOf(request) {
        const incoming = receivedAs(request);
        return incoming ? clientOf(incoming, options) : { address: '' };
      },
      sweep: measuring.sweep,
      store, hashKey, hmac, wall, log,
      background(work) {
        const watched = work.catch(() => {}).finally(() => behind.delete(watched));
        behind.add(watched);
      },
      access: accessFor(options),
      upgradeWebSocket: (events) => upgradeWebSocket(events),
    });
    const server = await serveHttp({ app, host: options.host, port: options.port });
    process.stdout.write(`Edge: ${server.url}/\n`);
    log({ level: 'info', event: 'listening', location: location.code, storage: options.data === undefined ? 'memory' : database.engine });
    if (!signal.aborted) await once(signal, 'abort');
    await server.stop();
    log({ level: 'info', event: 'stopped' });
    return exitCodes.interrupted;
  } finally {
    await Promise.all(behind);
    await flush().catch(() => {});
    database.close();
    await measuring.close();
    await map.close();
  }
}

function openData(file: string | undefined): OpenSql {
  try {
    return openSql(file ?? inMemory);
  } catch (error) {
    throw new UsageError(`--data ${file}: ${(error as Error).message}`);
  }
}

/** The region of that code, if the map says where it is; else the airport. */
function locationOf(code: string = 'LOCAL', map: RelayMap): Location {
  const region = map.regions.find((one) => one.code.toLowerCase() === code.toLowerCase());
  return region && placeOf(region) ? { code, ...placeOf(region) } : coloLocation(code);
}

/** Probes under way at once: far fewer than a machine can have, far more than a region has nodes. */
const places = 64;

/** The first sweep of a process reads code that has never run as latency, 10 ms and more. For so long it is not counted. */
const warmUpMs = 1_000;

interface NodeSweep {
  readonly sweep: EdgeDeps['sweep'];
  close(): void | Promise<void>;
}

/**
 * All that Node can time. `ping` is left out: a process a probe, and no relay that answers only that can be used. The UDP
 * sockets stay open from sweep to sweep: making them would be read as latency.
 */
async function openSweep(): Promise<NodeSweep> {
  const resolver = createResolver();
  const stun = createStun({ resolver });
  await stun.open();
  const kept = { ...stun, close: () => {} };
  const sweep = createSweep({ clock: systemClock(), places, strategy: steady(), transports: () => nodeTransports({ resolver, stun: kept, kinds: ['stun', 'https', 'tcp', 'websocket'] }) });
  let isWarm = false;
  return {
    async sweep(options) {
      // Held until it is over: Node 20 may collect a limit that nothing else holds before its time.
      const limit = AbortSignal.timeout(warmUpMs);
      if (!isWarm) await sweep({ ...options, signal: AbortSignal.any([options.signal, limit]) }).catch(() => limit.aborted);
      isWarm = true;
      return sweep(options);
    },
    close: () => stun.close(),
  };
}

/** A line of JSON each. */
const log: EdgeDeps['log'] = (entry) => void process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
