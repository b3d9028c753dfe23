import type { RelayMap, RelayNode } from '../core/model/map.ts';

/** A map of regions `1` … `n`, or of those codes, one STUN and HTTPS node each. */
export function mapOf(codes: readonly string[], node: Partial<RelayNode> = {}): RelayMap {
  return {
    version: 1,
    regions: codes.map((code, index) => ({
      id: String(index + 1), code, name: code.toUpperCase(),
      nodes: [{ name: `${index + 1}a`, host: `${code}.example`, ipv4: `192.0.2.${index + 1}`, ipv6: `2001:db8::${index + 1}`, stun: { port: 3478, dialect: 'plain' }, https: { port: 443, path: '/derp/probe', scheme: 'https' }, ...node }],
    })),
  };
}
