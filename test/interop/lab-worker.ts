import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLab, type Lab } from '../../lab/index.ts';
import { startWorker, type LocalWorker } from './wrangler.ts';

export interface LabWorker {
  readonly lab: Lab;
  readonly worker: LocalWorker;
  close(): Promise<void>;
}

/** The Worker, and relays of the lab in its map, which it reads from a URL as in production. */
export async function startLabWorker(rttMs: Readonly<Record<string, number>>, variables: Readonly<Record<string, string>> = {}): Promise<LabWorker> {
  const lab = await createLab({ relays: Object.entries(rttMs).map(([code, ms]) => ({ code, rttMs: ms })) });
  const maps = createServer((_request, response) => response.end(JSON.stringify(lab.plainMap))).listen(0, '127.0.0.1');
  await once(maps, 'listening');
  const closeRelays = async (): Promise<void> => {
    maps.closeAllConnections();
    maps.close();
    await lab.close();
  };
  try {
    const worker = await startWorker({ RELAY_MAP_URL: `http://127.0.0.1:${(maps.address() as AddressInfo).port}/map.json`, ...variables });
    return { lab, worker, close: async () => { await worker.stop(); await closeRelays(); } };
  } catch (error) {
    await closeRelays();
    throw error;
  }
}
