import { createSocket } from 'node:dgram';
import type { Family } from '../../core/model/kind.ts';
import { literalLookup } from './literal-lookup.ts';

/** Addresses that nobody has (RFC 5737, RFC 3849): the routing table sends them the way of the whole internet. */
const anywhere: Record<Family, string> = { 4: '198.51.100.1', 6: '2001:db8::1' };

/**
 * The machine's own address towards the internet: the one that the routing table gives a socket connected there, policy
 * rules and VPNs included. Connecting a UDP socket sends nothing. Undefined without a route. Never rejects.
 */
export function egressAddress(family: Family): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6', lookup: literalLookup }).unref();
    const settle = (address: string | undefined): void => {
      socket.removeAllListeners();
      // Nobody listens any more, and a late error must not end the process.
      socket.on('error', () => {});
      socket.close();
      resolve(address);
    };
    socket.once('error', () => settle(undefined));
    socket.once('connect', () => settle(socket.address().address));
    // The port is the discard service's. Without a callback an error is an event.
    socket.connect(9, anywhere[family]);
  });
}
