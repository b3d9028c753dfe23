import { addressOf } from '../../core/model/address.ts';
import type { RelayNode } from '../../core/model/map.ts';
import { attempts } from '../../core/probe/attempts.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { connectTcp } from './connect.ts';
import { lateness, watchEventLoop } from './event-loop.ts';
import { connectionFailure } from './failure.ts';
import { hasPlace, locate } from './locate.ts';
import type { Resolver } from './resolve.ts';
import { createResolver } from './resolve.ts';

export interface TcpOptions {
  readonly resolver?: Resolver;
  /** Monotonic ms with fractions. */
  readonly now?: () => number;
}

/** Times a TCP handshake, one round trip, with the port of the relay's DERP or HTTPS service. No byte of data is sent. */
export function tcp({ resolver = createResolver(), now = () => performance.now() }: TcpOptions = {}): Transport {
  const probes = attempts('tcp', connectionFailure);
  const loop = watchEventLoop(now);
  const portOf = (node: RelayNode): number | undefined => node.derp?.port ?? node.https?.port;

  return {
    name: 'tcp',
    kind: 'tcp',
    supports: (node) => portOf(node) !== undefined && hasPlace(node, addressOf),
    probe: (node, { family, signal }) => probes.run(signal, async (attempt) => {
      const place = await locate(node, family, addressOf, resolver, attempt.signal);
      loop.start();
      try {
        const { socket, startedAt, takenAt, connectedAt } = await connectTcp(place.address, portOf(node) ?? 443, attempt, now);
        socket.destroy();
        const latencyMs = connectedAt - startedAt;
        return { kind: 'tcp', latencyMs, family: place.family, ...lateness(latencyMs, loop.readLateMs(connectedAt), takenAt - startedAt) };
      } finally {
        loop.stop();
      }
    }),
    close: probes.close,
  };
}
