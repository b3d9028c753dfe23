import { parseIp } from '../../core/model/address.ts';
import type { PortMapping } from '../../core/model/report.ts';
import type { NetworkCheck } from '../../core/probe/check.ts';
import { defaultRoute } from '../network/gateway.ts';
import { orAborted } from './bound.ts';
import { askPortControl } from './port-control.ts';
import { askUpnp } from './upnp-search.ts';
import { portControlPort } from './nat-pmp.ts';
import { ssdpGroup, ssdpPort } from './upnp.ts';

/** A router in the same house answers in a few ms, or not at all (netcheck's portmapper). */
const answerMs = 250;
/** Where a gateway has to be asked of a program first. */
const maxMs = 1500;

export interface PortMappingOptions {
  /** The default gateway's IPv4 address. */
  readonly gateway?: () => Promise<string | undefined>;
  /** Of NAT-PMP and PCP. */
  readonly controlPort?: number;
  readonly ssdpPort?: number;
  /** Where the multicast search goes; `false`: nowhere. */
  readonly group?: { readonly address: string; readonly port: number } | false;
}

/**
 * Which port mapping services the default gateway offers: UPnP IGD, NAT-PMP, PCP. It asks for nothing that changes the
 * router. Only gateways in private ranges are asked, as netcheck has it: others are no home routers, and a provider's
 * router does not want to be probed. Without such a gateway the field stays absent (netcheck says no to all three);
 * a service that was asked and said nothing in 250 ms, or refuses, is a no.
 */
export function portMapping(options: PortMappingOptions = {}): NetworkCheck {
  const { gateway = async () => (await defaultRoute())?.gateway, controlPort = portControlPort } = options;
  const searchPort = options.ssdpPort ?? ssdpPort;
  const group = options.group ?? { address: ssdpGroup, port: ssdpPort };
  return {
    name: 'portmap',
    delayMs: 0,
    timeoutMs: maxMs,
    fullOnly: false,
    async run({ signal }) {
      const address = await orAborted(gateway(), signal);
      if (address === undefined || !isHomeGateway(address)) return {};
      const [control, upnp] = await Promise.all([
        askPortControl({ address, port: controlPort }, answerMs, signal),
        askUpnp({ address, port: searchPort }, group || undefined, answerMs, signal),
      ]);
      const found: PortMapping = { ...(upnp === undefined ? {} : { upnp }), ...control };
      return Object.keys(found).length > 0 ? { portMapping: found } : {};
    },
  };
}

/** RFC 1918, and loopback: no machine routes through that but one that plays a router for a test. */
export function isHomeGateway(address: string): boolean {
  const ip = parseIp(address);
  if (ip?.bytes.length !== 4) return false;
  const [first = 0, second = 0] = ip.bytes;
  return first === 10 || first === 127 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168);
}
