import { once } from 'node:events';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { formatEndpoint } from '../core/model/address.ts';
import type { Family } from '../core/model/kind.ts';
import type { RelayNode } from '../core/model/map.ts';
import { DerpError } from '../core/wire/derp.ts';
import { dial } from './derp-dial.ts';
import type { Resolver } from './transports/resolve.ts';
import { createResolver } from './transports/resolve.ts';
import { secure } from './transports/tls.ts';
import type { Trust } from './transports/tls.ts';

export interface DerpStreamOptions extends Trust {
  /** Default: IPv4 where the node has it, and IPv6 beside it where that fails or takes long. */
  readonly family?: Family;
  readonly resolver?: Resolver;
  /** For DNS, TCP, TLS and the upgrade together, ms. Default 10 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const DERP_PATH = '/derp';
const HTTPS_PORT = 443;
/** Of the head of an answer. */
const MAX_HEAD_BYTES = 8192;
/** What a relay may ask for; more is a mistake. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * A connection to a node's DERP service for `connectDerp`, by TLS and `Upgrade: DERP`, as Tailscale's own clients make it:
 * address, pin and server name are those of the map. Without TLS where the map says that the node's `https` is plain HTTP on the
 * same port.
 *
 * @throws DerpError `status` where the relay answers with another status than 101, `timeout`, `transport` with the cause; the
 * signal's reason
 * @example
 * await using client = await connectDerp({ stream: await derpStream(node), key });
 */
export async function derpStream(node: RelayNode, { family, resolver = createResolver(), timeoutMs = 10_000, signal, ...trust }: DerpStreamOptions = {}): Promise<Duplex> {
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  let connection: Duplex | undefined;
  try {
    const port = node.derp?.port ?? HTTPS_PORT;
    const isPlain = node.https?.scheme === 'http' && node.https.port === port;
    const socket = await dial(node, port, { family, resolver, signal: either });
    connection = socket;
    if (!isPlain) connection = await secure(socket, node.serverName ?? node.host, node, trust, either);
    return await upgrade(connection, node.host, port, either);
  } catch (error) {
    connection?.destroy();
    signal?.throwIfAborted();
    if (limit.aborted) throw new DerpError('timeout', `not connected within ${timeoutMs} ms`, { cause: error });
    throw error instanceof DerpError ? error : new DerpError('transport', error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function upgrade(connection: Duplex, host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  const message = request({
    createConnection: () => connection, path: DERP_PATH, maxHeaderSize: MAX_HEAD_BYTES, signal,
    headers: { Host: formatEndpoint(host, port), Connection: 'Upgrade', Upgrade: 'DERP' },
  });
  message.end();
  const [answer, socket, head] = await answerTo(message, signal);
  if (!socket || answer.headers.upgrade?.toLowerCase() !== 'derp') throw statusError(answer);
  if (head && head.length > 0) socket.unshift(head);
  return socket;
}

/** The answer, and the socket with what came behind the head where it is 101. */
async function answerTo(message: ClientRequest, signal: AbortSignal): Promise<[answer: IncomingMessage, socket?: Duplex, head?: Buffer]> {
  // The one that loses the race is let go of by the abort.
  const other = new AbortController();
  const either = AbortSignal.any([signal, other.signal]);
  try {
    return await Promise.race([once(message, 'upgrade', { signal: either }), once(message, 'response', { signal: either })]) as [IncomingMessage, Duplex?, Buffer?];
  } finally {
    other.abort();
    message.on('error', () => {});
  }
}

function statusError({ statusCode = 0, headers }: IncomingMessage): DerpError {
  const retryAfterMs = retryAfter(headers['retry-after']);
  return new DerpError('status', `HTTP status ${statusCode} in place of the upgrade`, { status: statusCode, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** Seconds or a date (RFC 9110 section 10.2.3), as ms from now. */
function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
