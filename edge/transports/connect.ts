import { ProbeFailure } from '../../core/errors.ts';
import { addressOf, familyIn } from '../../core/model/address.ts';
import type { Family } from '../../core/model/kind.ts';
import type { RelayNode } from '../../core/model/map.ts';
import type { Sample } from '../../core/model/sample.ts';
import { attempts, type Attempt } from '../../core/probe/attempts.ts';
import { onAbort } from '../../core/probe/on-abort.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { edgeFailure } from './allowance.ts';

/** What is used of a socket of `cloudflare:sockets`. */
interface EdgeSocket {
  /** Settles when the handshake is over. */
  readonly opened: Promise<unknown>;
  readonly closed: Promise<unknown>;
  close(): Promise<unknown>;
}

/** `connect` of `cloudflare:sockets`. May throw at once where the platform forbids the address. */
export type Connect = (address: { readonly hostname: string; readonly port: number }) => EdgeSocket;

export interface TcpOptions {
  readonly connect: Connect;
  /** Connections a probe, one after another; the fastest counts. The clock has coarse steps, and the first one may carry DNS. */
  readonly tries?: number;
  /** What a handshake reads that is shorter than a step of the clock: it took some time. */
  readonly leastMs?: number;
  /** Monotonic ms. On Workers it moves only across I/O. */
  readonly now?: () => number;
}

/**
 * Times TCP handshakes, one round trip each, with the port of the relay's DERP or HTTPS service. No byte of data is sent.
 * Workers refuse some addresses: Cloudflare's own ranges, private ones, port 25.
 */
export function tcp({ connect, tries = 4, leastMs = 0, now = () => performance.now() }: TcpOptions): Transport {
  const probes = attempts('tcp', edgeFailure);
  return {
    name: 'tcp',
    kind: 'tcp',
    supports: (node) => portOf(node) !== undefined && hostOf(node) !== undefined,
    probe: (node, { family, signal }) => probes.run(signal, async (attempt) => {
      const hostname = hostOf(node, family);
      const port = portOf(node);
      if (hostname === undefined || port === undefined) throw new ProbeFailure('dns', `${node.name} has no address of the family`, false);
      let best: Sample | undefined;
      for (let made = 0; made < tries; made++) {
        const latencyMs = Math.max(leastMs, await timeHandshake(() => connect({ hostname, port }), attempt, now));
        const found = familyIn(hostname);
        if (latencyMs < (best?.latencyMs ?? Infinity)) attempt.known = best = { kind: 'tcp', latencyMs, ...(found && { family: found }) };
      }
      if (!best) throw new ProbeFailure('failed', 'no try was made', false);
      return best;
    }),
    close: probes.close,
  };
}

async function timeHandshake(open: () => EdgeSocket, attempt: Attempt, now: () => number): Promise<number> {
  const startedAt = now();
  const socket = open();
  attempt.sent = true;
  // Both reject when the connection fails or is closed half open; nobody waits for the one, and the other is read below.
  socket.closed.catch(() => {});
  socket.opened.catch(() => {});
  let stopListening = (): void => {};
  try {
    // A black hole never opens, nor does it fail: hence the race.
    await Promise.race([socket.opened, new Promise((_, reject) => { stopListening = onAbort(attempt.signal, () => reject(new Error('aborted'))); })]);
    return now() - startedAt;
  } finally {
    stopListening();
    socket.close().catch(() => {});
  }
}

const portOf = (node: RelayNode): number | undefined => node.derp?.port ?? node.https?.port;

const families: readonly Family[] = [4, 6];

/** The map's address, else the name: the platform asks DNS and chooses the family. Undefined: none of the family that is asked for. */
function hostOf(node: RelayNode, family?: Family): string | undefined {
  for (const wanted of family === undefined ? families : [family]) {
    const address = addressOf(node, wanted);
    if (address !== undefined) return address === 'dns' ? node.host : address;
  }
  return undefined;
}
