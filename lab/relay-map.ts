import { formatEndpoint } from '../core/model/address.ts';
import type { HttpsEndpoint, RelayMap, RelayNode } from '../core/model/map.ts';
import type { LabRelay } from './options.ts';
import type { RelayPorts } from './relay.ts';

interface LabAddresses {
  readonly relays: readonly LabRelay[];
  readonly ports: readonly RelayPorts[];
  /** What the relays listen on, the host first. */
  readonly addresses: readonly string[];
  readonly pin: string;
}

/**
 * The lab as a relay map, a region a relay, in their order.
 *
 * @param scheme `https`: over TLS, the certificate pinned. `http`: without TLS, for web pages, which can pin none.
 */
export function labMap({ relays, ports, addresses, pin }: LabAddresses, scheme: HttpsEndpoint['scheme']): RelayMap {
  const [host = '127.0.0.1'] = addresses;
  // Text that is no address: nothing to ask DNS for.
  const ofFamily = (six: boolean): string => addresses.find((address) => address.includes(':') === six) ?? 'none';
  return {
    version: 1,
    regions: relays.map((relay, index) => {
      const id = String(index + 1);
      const { stun, https, http } = ports[index] ?? { stun: 0, https: 0, http: 0 };
      const node: RelayNode = {
        name: `${id}a`,
        host,
        ipv4: ofFamily(false),
        ipv6: ofFamily(true),
        // Born without UDP it does not speak STUN; one whose UDP is cut off later still says that it does.
        ...(relay.udp !== false && { stun: { port: stun, dialect: relay.dialect ?? 'plain' } }),
        https: { port: scheme === 'https' ? https : http, path: '/derp/probe', scheme },
        derp: { port: scheme === 'https' ? https : http },
        websocket: scheme === 'https' ? `wss://${formatEndpoint(host, https)}/v1/echo` : `ws://${formatEndpoint(host, http)}/v1/echo`,
        // On loopback the kernel answers TCP connects and pings by itself, without the relay's delay.
        measure: ['stun', 'ice', 'https', 'websocket'],
        ...(scheme === 'https' && { certificate: pin }),
      };
      return {
        id,
        code: relay.code,
        name: relay.name ?? relay.code,
        ...(relay.latitude !== undefined && { latitude: relay.latitude }),
        ...(relay.longitude !== undefined && { longitude: relay.longitude }),
        nodes: [node],
      };
    }),
  };
}
