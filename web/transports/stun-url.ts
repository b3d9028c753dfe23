import { formatEndpoint, parseIp, stunAddressOf } from '../../core/model/address.ts';
import type { Family } from '../../core/model/kind.ts';
import type { RelayNode } from '../../core/model/map.ts';

/** What one gathering asks: the node's STUN URLs (RFC 7064), and the name in them that the browser asks DNS for, if any. */
export interface StunUrls {
  readonly urls: readonly string[];
  readonly name?: string;
}

/**
 * The node's address of the family; where the platform chooses, those of both, and the first to answer counts. Its host only
 * where the map has no address, as a browser asks DNS in the middle of the measurement. Undefined: nothing of the family.
 */
export function stunUrls(node: RelayNode, family?: Family): StunUrls | undefined {
  const families: readonly Family[] = family === undefined ? [4, 6] : [family];
  const addresses = families.map((one) => stunAddressOf(node, one)).filter((address) => address !== undefined);
  if (addresses.length === 0) return undefined;
  const known = addresses.filter((address) => address !== 'dns');
  const urls = (known.length > 0 ? known : [node.host]).map((address) => `stun:${formatEndpoint(address, node.stun?.port ?? 0)}`);
  return known.length > 0 || parseIp(node.host) ? { urls } : { urls, name: node.host };
}
