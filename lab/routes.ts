import type { IncomingMessage, ServerResponse } from 'node:http';

/** Web pages of any origin may read the answers and their timing; nobody may store them. */
const OPEN_TO_PAGES: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Timing-Allow-Origin': '*',
  'Cache-Control': 'no-store',
};

const PREFLIGHT: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'GET, HEAD',
  'Access-Control-Allow-Headers': '*',
  // Long enough that a second measurement costs no preflight.
  'Access-Control-Max-Age': '600',
};

/** What a captive portal check may ask to be echoed, so that no header can be made of it. */
const CHALLENGE = /^[A-Za-z0-9._:-]{1,64}$/;

/** Path → status of its empty answer. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ['/derp/probe', 200],
  ['/derp/latency-check', 200],
  ['/generate_204', 204],
  // Without an upgrade there is nothing to be had.
  ['/derp', 426],
]);

/** Answers one HTTP request as a DERP server does, except that pages may preflight it and see its timing. */
export function answerRequest(request: IncomingMessage, response: ServerResponse): void {
  const [path = ''] = (request.url ?? '').split('?', 1);
  const status = STATUS.get(path);
  const { method } = request;
  // Nothing here takes a body: what comes of one is dropped, and the connection with it.
  if (request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) !== 0) response.shouldKeepAlive = false;
  request.resume();

  if (status === undefined) return end(response, 404);
  if (method === 'OPTIONS') return end(response, 204, PREFLIGHT);
  if (method !== 'GET' && method !== 'HEAD') return end(response, 405, { Allow: 'GET, HEAD, OPTIONS' });
  const challenge = request.headers['x-tailscale-challenge'];
  const isEchoed = path === '/generate_204' && typeof challenge === 'string' && CHALLENGE.test(challenge);
  end(response, status, isEchoed ? { 'X-Tailscale-Response': `response ${challenge}` } : {});
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  const length = status === 204 ? {} : { 'Content-Length': '0' };
  response.writeHead(status, { ...OPEN_TO_PAGES, ...headers, ...length }).end();
}
