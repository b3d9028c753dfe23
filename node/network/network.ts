import { hostname, networkInterfaces } from 'node:os';
import type { Clock } from '../../core/clock.ts';
import type { Family } from '../../core/model/kind.ts';
import type { Network } from '../../core/probe/network.ts';
import { systemClock } from '../../universal/clock.ts';
import { egressAddress } from './egress.ts';
import { defaultRoute } from './gateway.ts';
import { describeNetwork, networkId } from './identity.ts';
import { familiesOf, isOnline, signatureOf } from './interfaces.ts';
import type { Interfaces } from './interfaces.ts';
import { hardwareAddress } from './neighbour.ts';
import { osHasIpv6 } from './os-ipv6.ts';
import { nodeSystem } from './system.ts';
import type { System } from './system.ts';
import { watchSignature } from './watch.ts';

export interface NodeNetworkOptions {
  /** Loopback addresses count as usable: for relays on this machine where it has no other network. */
  readonly loopback?: boolean;
  /** Key of `id`. Absent: this machine's own, so that the ids of two machines tell nobody that they share a network. */
  readonly key?: string;
  /** How often `onChange` looks: 1,000 ms. */
  readonly pollMs?: number;
  readonly clock?: Clock;
  readonly interfaces?: () => Interfaces;
  readonly system?: System;
  readonly egress?: (family: Family) => Promise<string | undefined>;
}

/**
 * This machine's network as Node tells it. Node has no event for changes, so `onChange` looks every `pollMs` while it has
 * a listener, at the interfaces, the addresses and, on Linux where that is a file, the default route: some 0.3 ms of CPU each time.
 * Elsewhere a new router behind the same address shows in `id` only.
 */
export function nodeNetwork(options: NodeNetworkOptions = {}): Network {
  const { clock = systemClock(), interfaces = networkInterfaces, system = nodeSystem(), egress = egressAddress, pollMs = 1000 } = options;
  const routeIsFile = system.platform === 'linux' || system.platform === 'android';
  const signature = async (): Promise<string> => {
    const route = routeIsFile ? await defaultRoute(system) : undefined;
    return `${route?.interfaceName} ${route?.gateway}\n${signatureOf(interfaces())}`;
  };
  return {
    families: () => familiesOf(interfaces(), options),
    osHasIpv6,
    async id() {
      const [v4, v6, route] = await Promise.all([egress(4), egress(6), defaultRoute(system)]);
      const gatewayMac = route && (await hardwareAddress(route.gateway, system));
      return networkId(describeNetwork({ interfaces: interfaces(), egress: { v4, v6 }, route, gatewayMac }), options.key ?? (await machineKey(system)));
    },
    online: () => options.loopback === true || isOnline(interfaces()),
    onChange: watchSignature(signature, { clock, pollMs }),
  };
}

/** Stable, and nobody's who is only shown an id. The machine id is for this: a secret to derive others from (machine-id(5)). */
const machineKey = async (system: System): Promise<string> => `${(await system.read('/etc/machine-id')) ?? ''}\n${hostname()}`;
