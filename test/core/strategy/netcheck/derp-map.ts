import { readFileSync } from 'node:fs';
import type { RelayMap, RelayNode } from '../../../../core/model/map.ts';

interface DerpNode { Name: string; HostName: string; IPv4?: string; IPv6?: string; STUNPort?: number; STUNOnly?: boolean; STUNTestIP?: string }
interface DerpRegion { RegionID: number; RegionCode: string; RegionName: string; Avoid?: boolean; NoMeasureNoHome?: boolean; Nodes?: DerpNode[] | null }

/** A relay map as Tailscale writes it. */
export interface DerpMap { Regions?: Record<string, DerpRegion> }

export function parseRelayMap(map: DerpMap): RelayMap {
  const node = (from: DerpNode): RelayNode => ({
    name: from.Name, host: from.HostName,
    ...(from.IPv4 !== undefined && { ipv4: from.IPv4 }), ...(from.IPv6 !== undefined && { ipv6: from.IPv6 }),
    ...((from.STUNPort ?? 0) >= 0 && { stun: { port: from.STUNPort || 3478, dialect: 'tailscale' as const } }),
    ...(!from.STUNOnly && { https: { port: 443, path: '/derp/probe', scheme: 'https' as const }, derp: { port: 443 } }),
    ...(from.STUNTestIP !== undefined && { stunTestIp: from.STUNTestIP }),
  });
  return {
    version: 1,
    regions: Object.values(map.Regions ?? {}).map((region) => ({
      id: String(region.RegionID), code: region.RegionCode, name: region.RegionName,
      ...(region.Avoid && { avoid: true }), ...(region.NoMeasureNoHome && { noHome: true }),
      nodes: (region.Nodes ?? []).map(node),
    })),
  };
}

/** The cases of a file of test vectors. */
export function vectors<Case>(name: string): Case[] {
  const text = readFileSync(new URL(`../../../vectors/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { cases: Case[] }).cases;
}
