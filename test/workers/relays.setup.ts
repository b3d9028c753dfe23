import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { RelayMap } from '../../core/model/map.ts';
import { createLab } from '../../lab/index.ts';
import { slowMs } from '../contract/slow.ts';
import { startHttpServer } from '../servers/http-server.ts';
import { closedPort, startBlackHole, startTcpServer } from '../servers/tcp-server.ts';

/** Relays in Node for tests in workerd, which can start none. */
interface OutsideRelays {
  readonly tcp: number;
  readonly blackHole: number;
  readonly closed: number;
  readonly http: number;
  readonly slowHttp: number;
  readonly silentHttp: number;
  /** Answers with what the others have heard so far. */
  readonly heard: number;
  /** Relays of the lab, without TLS. */
  readonly lab: RelayMap;
  /** What they delay by, by region. */
  readonly labRttMs: Readonly<Record<string, number>>;
}

/** Requests, and connections to the silent one, since the start. */
export interface Heard {
  readonly http: number;
  readonly silentHttp: number;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly relays: OutsideRelays;
  }
}

/** In no order, so that an order in the answers was measured. As many as the free plan lets a sweep ask. */
const labRttMs = [23, 110, 9, 190, 142, 31, 230, 88, 14, 160, 280, 26];

/** Starts them before the tests in workerd and ends them behind. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const tcp = await startTcpServer();
  const blackHole = await startBlackHole();
  const http = await startHttpServer({ scheme: 'http' });
  const slowHttp = await startHttpServer({ scheme: 'http', answer: (response) => setTimeout(() => response.writeHead(204).end(), slowMs) });
  const silentHttp = await startTcpServer();
  const heard = createServer((_request, response) => response.end(JSON.stringify({ http: http.requests.length, silentHttp: silentHttp.accepted } satisfies Heard)));
  heard.listen(0, '127.0.0.1');
  await once(heard, 'listening');
  const lab = await createLab({ relays: labRttMs.map((rttMs, index) => ({ code: `r${index + 1}`, rttMs })) });
  project.provide('relays', {
    lab: lab.plainMap, labRttMs: Object.fromEntries(lab.plainMap.regions.map(({ id }, index) => [id, labRttMs[index] ?? 0])),
    tcp: tcp.port, blackHole: blackHole.port, closed: await closedPort(), http: http.port, slowHttp: slowHttp.port, silentHttp: silentHttp.port, heard: (heard.address() as AddressInfo).port,
  });
  return async () => {
    heard.closeAllConnections();
    heard.close();
    await Promise.all([lab, tcp, blackHole, http, slowHttp, silentHttp].map((server) => server.close()));
  };
}
