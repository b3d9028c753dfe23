import type { NetworkCheck } from '../../core/probe/check.ts';
import { encodeBindingRequest } from '../../core/wire/stun.ts';
import { hairpin } from './hairpin.ts';
import type { RequestReceiver } from './hairpin.ts';
import { captivePortal } from './portal.ts';
import { portMapping } from './port-mapping.ts';
import type { PortMappingOptions } from './port-mapping.ts';

export type { RequestReceiver } from './hairpin.ts';

/** Names as `--checks` takes them. */
export type CheckName = 'portal' | 'portmap' | 'hairpin';

export interface NodeChecksOptions {
  /** What `hairpin` listens with: the STUN transport's IPv4 socket. Without it that check is left out: nothing could arrive. */
  readonly stun?: RequestReceiver;
  readonly portMapping?: PortMappingOptions;
}

/** The network checks that Node can make, in the order of the names; a name twice is one check. */
export function nodeChecks(names: readonly CheckName[], { stun, portMapping: portMappingOptions }: NodeChecksOptions = {}): NetworkCheck[] {
  const make: Record<CheckName, () => NetworkCheck | undefined> = {
    portal: () => captivePortal(),
    portmap: () => portMapping(portMappingOptions),
    hairpin: () => stun && hairpin({ stun, encodeBindingRequest }),
  };
  return [...new Set(names)].flatMap((name) => make[name]() ?? []);
}
