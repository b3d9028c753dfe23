import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FleetError } from '../../lab/index.ts';
import { formatRelayMap, type RelayMap } from '../../universal/index.ts';
import { guardHost, guardOrigin, readJson } from './demo-guard.ts';
import type { WeatherTracker } from './demo-weather.ts';
import { UsageError } from './errors.ts';
import { Problem, problemBody } from '../../edge/problem.ts';

/** One file of the page, in memory. */
export interface StaticFile {
  readonly type: string;
  readonly body: Uint8Array;
}

export interface DemoServerOptions {
  /** By path. No other file is ever served. */
  readonly files: ReadonlyMap<string, StaticFile>;
  /** What the page measures. */
  readonly map: RelayMap;
  readonly weather: WeatherTracker;
  /** 0: any that is free. */
  readonly port: number;
}

export interface DemoServer extends AsyncDisposable {
  /** With a slash at the end. */
  readonly url: string;
}

/** What a route answers: JSON, or a file. */
type Answer = { readonly json: unknown } | StaticFile;
type Handler = (request: IncomingMessage) => Answer | Promise<Answer>;

/**
 * Serves the demo page and the lab's weather, on loopback alone.
 *
 * `GET /relays.json` the relay map, `GET /weather` the weather of each relay and the presets, `POST /weather`
 * `{ code, weather }` changes one relay. Errors are `application/problem+json`.
 *
 * @throws UsageError where it cannot listen
 */
export async function serveDemo({ files, map, weather, port }: DemoServerOptions): Promise<DemoServer> {
  const headers = securityHeaders(map);
  const routes = new Map<string, Readonly<Record<string, Handler>>>([
    ...[...files].map(([path, file]): [string, Readonly<Record<string, Handler>>] => [path, { GET: () => file }]),
    ['/relays.json', { GET: () => ({ json: formatRelayMap(map) }) }],
    ['/weather', {
      GET: () => ({ json: weather.current() }),
      async POST(request) {
        guardOrigin(request);
        return { json: await weather.change(await readJson(request)) };
      },
    }],
  ]);

  async function answer(request: IncomingMessage): Promise<Answer> {
    guardHost(request, (server.address() as AddressInfo).port);
    // As it came, without the query: nothing is decoded, joined or resolved, so no path can climb.
    const methods = routes.get(request.url?.split('?')[0] ?? '');
    if (!methods) throw new Problem(404, 'there is no such page');
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (!handler) throw new Problem(405, `there is ${Object.keys(methods).join(' and ')} only`, { headers: { allow: Object.keys(methods).join(', ') } });
    return handler(request);
  }

  const server = createServer((request, response) => {
    answer(request).then((found) => send(response, request, 200, found, headers), (error: unknown) => refuse(response, request, error, headers));
  });
  // A client that never finishes its request must not hold a socket for ever.
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  server.maxConnections = 64;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: Error) => {
    throw new UsageError(`the page cannot be served: ${error.message}`);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The page may run its own files and talk to itself and to the relays, which are on one host, and to nobody else. */
function securityHeaders(map: RelayMap): Readonly<Record<string, string>> {
  const hosts = [...new Set(map.regions.flatMap(({ nodes }) => nodes.map(({ host }) => (host.includes(':') ? `[${host}]` : host))))];
  const relays = hosts.flatMap((host) => [`http://${host}:*`, `ws://${host}:*`]).join(' ');
  return {
    'content-security-policy': `default-src 'self'; connect-src 'self' ${relays}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  };
}

function send(response: ServerResponse, request: IncomingMessage, status: number, answer: Answer, headers: Readonly<Record<string, string>>): void {
  const { type, body } = 'json' in answer ? { type: 'application/json; charset=utf-8', body: JSON.stringify(answer.json) } : answer;
  response.writeHead(status, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function refuse(response: ServerResponse, request: IncomingMessage, error: unknown, headers: Readonly<Record<string, string>>): void {
  const problem = problemOf(error);
  send(response, request, problem.status, { type: 'application/problem+json', body: Buffer.from(problemBody(problem)) }, { ...headers, ...problem.headers });
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof FleetError) return new Problem(422, error.message, { errors: [{ path: error.path, message: error.message }] });
  return new Problem(500, error instanceof Error ? error.message : String(error));
}
