import type { RelayMap, Transport } from '../../universal/index.ts';
import { ice } from '../transports/ice.ts';
import { webTransports } from '../transports/index.ts';

/** What this browser can measure these relays with. */
export interface Reach {
  /** New ones, for a picker to close. */
  create(): Transport[];
  /** The same in words, and why. */
  readonly sentence: string;
}

/** An answer on loopback takes as long as the lab makes it; a first gathering also warms up. */
const timeoutMs = 1_500;

/** Enough relays that one of them is no matter. */
const mostAsked = 4;

/**
 * Tries WebRTC on a few of the relays. Browsers keep it from loopback for reasons of their own, and do not say so: nothing
 * comes back. A page whose relays are elsewhere has no need to try.
 *
 * Then HTTP measures. Not WebSocket: Firefox opens one at a time to an address (RFC 6455 section 4.1), and these relays have
 * one among them, so that one that is dead would keep all others from being measured.
 */
export async function findReach(map: RelayMap): Promise<Reach> {
  const trial = ice();
  const nodes = map.regions.flatMap(({ nodes }) => nodes).filter((node) => trial.supports(node)).slice(0, mostAsked);
  const signal = AbortSignal.timeout(timeoutMs);
  const reaches = await Promise.any(nodes.map((node) => trial.probe(node, { signal }))).then(() => true, () => false);
  trial.close();
  if (reaches) return { create: webTransports, sentence: 'Measured by STUN over UDP, through this browser’s own WebRTC (ICE).' };
  return {
    create: () => webTransports({ kinds: ['https'] }),
    sentence: 'RTCPeerConnection' in globalThis
      ? 'Measured by HTTP: this browser’s WebRTC got no answer from 127.0.0.1. Firefox never sends there; Chromium does where the machine has another network, or with --allow-loopback-in-peer-connection. To relays elsewhere both can.'
      : 'Measured by HTTP: this browser has no WebRTC.',
  };
}
