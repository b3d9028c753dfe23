import { ClosedError, ProbeFailure } from '../../core/errors.ts';
import { stunAddressOf } from '../../core/model/address.ts';
import type { Family } from '../../core/model/kind.ts';
import type { RelayNode } from '../../core/model/map.ts';
import { attempts } from '../../core/probe/attempts.ts';
import { lateAnswers } from '../../core/probe/late-answers.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { sendFailure } from './failure.ts';
import type { Place } from './locate.ts';
import { hasPlace, knownPlace, locate } from './locate.ts';
import { requestListeners } from './request-listeners.ts';
import type { Resolver } from './resolve.ts';
import { createResolver } from './resolve.ts';
import type { IgnoredCounts, StunTarget } from './stun-exchange.ts';
import { stunExchange } from './stun-exchange.ts';
import type { CreateSocket } from './udp-socket.ts';

/** STUN from one socket a family, and what the network checks need of that socket. */
export interface StunTransport extends Transport {
  /** Makes ready, so that the first probe does not have to: opens the sockets, sends nothing. A family that the system lacks is left out. */
  open(): Promise<void>;
  /** The port of the family's socket, while it is open. */
  localPort(family: Family): number | undefined;
  /**
   * Resolves with true when a Binding request of that transaction id comes to the IPv4 socket: sent from elsewhere to our
   * public address, it shows that the NAT hairpins. With false when `signal` aborts or the transport is closed.
   */
  receivesRequest(txid: Uint8Array, signal: AbortSignal): Promise<boolean>;
  readonly ignored: Readonly<IgnoredCounts>;
}

export interface StunOptions {
  readonly resolver?: Resolver;
  /** Monotonic ms with fractions. */
  readonly now?: () => number;
  /** For tests. */
  readonly createSocket?: CreateSocket;
}

/**
 * Times a STUN Binding transaction (RFC 8489) over UDP: one request and no retransmit, so that it is never in doubt which
 * request an answer belongs to. The first right answer from the address and port that were asked counts, all else is ignored.
 */
export function stun({ resolver = createResolver(), now = () => performance.now(), createSocket }: StunOptions = {}): StunTransport {
  const hairpin = requestListeners();
  const exchange = stunExchange(now, hairpin.offer, createSocket);
  const byName = attempts('stun', (error) => sendFailure(error));
  let closed = false;

  const targetAt = (place: Place, node: RelayNode): StunTarget => ({ ...place, port: node.stun?.port ?? 0, plain: node.stun?.dialect !== 'tailscale' });

  return {
    name: 'stun',
    kind: 'stun',
    ignored: exchange.ignored,
    late: lateAnswers,
    supports: (node) => hasPlace(node, stunAddressOf),
    probe(node, { family, signal }) {
      if (closed) return Promise.reject(new ClosedError('transport stun'));
      if (signal.aborted) return Promise.reject(new ProbeFailure('aborted', 'aborted before anything was sent', false));
      // The short way sends before this returns, and costs a probe a third of the long one.
      const known = knownPlace(node, family, stunAddressOf);
      if (known) return exchange.ask(targetAt(known, node), signal);
      return byName.run(signal, async (attempt) => {
        const place = await locate(node, family, stunAddressOf, resolver, attempt.signal);
        attempt.sent = true;
        return exchange.ask(targetAt(place, node), attempt.signal);
      });
    },
    open: async () => {
      if (closed) return;
      for (const socket of Object.values(exchange.sockets)) attempt(socket.open);
      knownPlace(rehearsalNode, 4, stunAddressOf);
      exchange.rehearse();
    },
    localPort: (family) => exchange.sockets[family].localPort(),
    receivesRequest(txid, signal) {
      if (closed || !attempt(exchange.sockets[4].open)) return Promise.resolve(false);
      return hairpin.wait(txid, signal);
    },
    close(): void {
      closed = true;
      byName.close();
      exchange.close();
      hairpin.close();
    },
  };
}

const rehearsalNode: RelayNode = { name: '', host: '', ipv4: '127.0.0.1', stun: { port: 3478, dialect: 'plain' } };

/** Whether it could be done. */
function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
