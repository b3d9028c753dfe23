import { randomFillSync } from 'node:crypto';
import { WebSocket } from 'ws';
import { ProbeFailure } from '../../core/errors.ts';
import { addressOf } from '../../core/model/address.ts';
import type { RelayNode } from '../../core/model/map.ts';
import { attempts } from '../../core/probe/attempts.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { timeEcho } from '../../core/probe/websocket.ts';
import { connectTcp } from './connect.ts';
import { codeOf, connectionFailure } from './failure.ts';
import { locate } from './locate.ts';
import type { Resolver } from './resolve.ts';
import { createResolver } from './resolve.ts';
import type { Trust } from './tls.ts';
import { secure } from './tls.ts';

export interface WebSocketOptions extends Trust {
  readonly resolver?: Resolver;
  /** Monotonic ms with fractions. */
  readonly now?: () => number;
}

/** No echo is longer than its ping. */
const maxPayload = 64;

/**
 * Times the echo of a WebSocket at `node.websocket`, as `websocket` of core does, with what a browser leaves no say in: the
 * address family, the map's address, and the certificate. Address, pin and server name are the node's where the URL names
 * the node's host; a URL of another host is resolved and trusted by its own name.
 */
export function websocket({ resolver = createResolver(), now = () => performance.now(), ...trust }: WebSocketOptions = {}): Transport {
  const probes = attempts('websocket', websocketFailure);
  return {
    name: 'websocket',
    kind: 'websocket',
    supports: (node) => /^wss?:/i.test(node.websocket ?? '') && URL.canParse(node.websocket ?? ''),
    probe: (node, { family, signal }) => probes.run(signal, async (attempt) => {
      const url = new URL(node.websocket ?? '');
      const server = serverOf(url, node);
      const place = await locate(server, family, addressOf, resolver, attempt.signal);
      const isSecure = url.protocol === 'wss:';
      const { socket: tcp } = await connectTcp(place.address, Number(url.port) || (isSecure ? 443 : 80), attempt, now);
      try {
        const connection = isSecure ? await secure(tcp, server.serverName ?? server.host, server, trust, attempt.signal) : tcp;
        const socket = new WebSocket(url, { createConnection: () => connection, perMessageDeflate: false, followRedirects: false, maxPayload });
        const latencyMs = await timeEcho(socket, attempt, { now, random: randomFillSync });
        return { kind: 'websocket', latencyMs, family: place.family };
      } finally {
        tcp.destroy();
      }
    }),
    close: probes.close,
  };
}

/** Who answers at the URL, as far as the map tells. */
function serverOf(url: URL, node: RelayNode): RelayNode {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === node.host.toLowerCase()) return node;
  return { name: node.name, host, ...(node.insecure !== undefined && { insecure: node.insecure }) };
}

/** Errors that are not the system's are those of `ws`: the answer is no WebSocket handshake, or no frame. */
function websocketFailure(error: unknown, attempt: { readonly sent: boolean }): ProbeFailure {
  const failure = connectionFailure(error, attempt);
  return attempt.sent && /^(?:WS_ERR_|$)/.test(codeOf(error)) ? new ProbeFailure('status', failure.message, true) : failure;
}
