import { ProbeFailure } from '../../core/errors.ts';
import { addressOf, formatEndpoint } from '../../core/model/address.ts';
import type { HttpsEndpoint } from '../../core/model/map.ts';
import { attempts } from '../../core/probe/attempts.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { connectTcp } from './connect.ts';
import { lateness, watchEventLoop } from './event-loop.ts';
import { connectionFailure } from './failure.ts';
import { exchangeOver } from './http-exchange.ts';
import { hasPlace, locate } from './locate.ts';
import type { Resolver } from './resolve.ts';
import { createResolver } from './resolve.ts';
import type { Trust } from './tls.ts';
import { secure } from './tls.ts';

export interface HttpsOptions extends Trust {
  readonly resolver?: Resolver;
  /** Monotonic ms with fractions. */
  readonly now?: () => number;
}

/** While other relays shake hands this process is busy, and a near relay reads far: it is asked again while there is time. */
const mostFigures = 5;
const timedMs = 150;

/** Two figures so near to one another were not made by chance. */
const agree = (figures: readonly number[]): boolean => {
  const [least = 0, next = Infinity] = figures.toSorted((a, b) => a - b);
  return next - least <= Math.max(0.3, 0.03 * least);
};

/**
 * Times requests at `node.https` on a warm connection, from their write to the head of the response: TCP, TLS and a first
 * request come before and are not counted. The lowest figure counts, once two agree, of at most five within 150 ms. If the
 * probe is cut short, or the server does not keep the connection, the lowest so far is the latency; that of the first
 * request alone has the doubt `cold`: the server's own warm-up is in it.
 */
export function https({ resolver = createResolver(), now = () => performance.now(), ...trust }: HttpsOptions = {}): Transport {
  const probes = attempts('https', connectionFailure);
  const loop = watchEventLoop(now);

  return {
    name: 'https',
    kind: 'https',
    supports: (node) => node.https !== undefined && hasPlace(node, addressOf),
    probe: (node, { family, signal }) => probes.run(signal, async (attempt) => {
      if (!node.https) throw new ProbeFailure('failed', `${node.name} has no HTTPS`, false);
      const { port, path, scheme } = node.https;
      const name = node.serverName ?? node.host;
      const place = await locate(node, family, addressOf, resolver, attempt.signal);
      loop.start();
      const { socket: tcp } = await connectTcp(place.address, port, attempt, now).catch((error: unknown) => {
        loop.stop();
        throw error;
      });
      try {
        const connection = scheme === 'http' ? tcp : await secure(tcp, name, node, trust, attempt.signal);
        const get = exchangeOver(connection, { path, host: authority(name, node.https) }, attempt.signal, now);
        const first = await get();
        const sample = { kind: 'https', family: place.family } as const;
        attempt.known = { ...sample, latencyMs: first.answeredAt - first.sentAt, doubt: ['cold'] };
        await first.finish();
        const figures: number[] = [];
        const began = now();
        do {
          const { sentAt, answeredAt, finish } = await get();
          const readLateMs = loop.readLateMs(answeredAt);
          const latencyMs = answeredAt - sentAt;
          if (latencyMs < Math.min(...figures)) attempt.known = { ...sample, latencyMs, ...lateness(latencyMs, readLateMs) };
          figures.push(latencyMs);
          await finish();
        } while (!agree(figures) && figures.length < mostFigures && now() - began < timedMs);
        return attempt.known;
      } finally {
        loop.stop();
        tcp.destroy();
      }
    }),
    close: probes.close,
  };
}

/** The value of `Host` (RFC 9110 section 7.2): without the port where the scheme implies it. */
const authority = (name: string, { port, scheme }: HttpsEndpoint): string => {
  const standardPort = scheme === 'http' ? 80 : 443;
  if (port !== standardPort) return formatEndpoint(name, port);
  return name.includes(':') ? `[${name}]` : name;
};
