import { createSocket } from 'node:dgram';
import { literalLookup } from './literal-lookup.ts';

/**
 * Whether the system does IPv6 at all: a UDP socket can be bound to `::1` (netcheck's rule). False says that it was turned
 * off in the kernel; true says nothing about the network.
 */
export function osHasIpv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp6', ipv6Only: true, lookup: literalLookup }).unref();
    const settle = (hasIt: boolean): void => {
      socket.removeAllListeners();
      // Nobody listens any more, and a late error must not end the process.
      socket.on('error', () => {});
      socket.close();
      resolve(hasIt);
    };
    socket.once('error', () => settle(false));
    socket.bind(0, '::1', () => settle(true));
  });
}
