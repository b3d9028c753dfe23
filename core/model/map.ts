import type { Kind } from './kind.ts';

/** A region's id, unique in its map. Text, also where a map has numbers. */
export type RegionId = string;

/** A node's name. Unique in its region; Tailscale's maps do not promise more. */
export type NodeName = string;

/** Relays that can serve as a home, grouped by place. */
export interface RelayMap {
  readonly version: 1;
  readonly regions: readonly Region[];
  /** What was odd in the document but did not make it wrong, in words. */
  readonly notes?: readonly MapNote[];
}

export interface MapNote {
  readonly code: string;
  /** Where in the document, such as `regions[3].nodes[0].ipv4`. */
  readonly path: string;
  readonly message: string;
}

/** Relays in one place. A client's home is a region; its nodes stand in for one another. */
export interface Region {
  readonly id: RegionId;
  /** Short lower-case name, such as `fra`. */
  readonly code: string;
  readonly name: string;
  /** Degrees north and east; absent where the map has no place. */
  readonly latitude?: number;
  readonly longitude?: number;
  /** Left out of incremental reports unless it is home (Tailscale's `Avoid`). */
  readonly avoid?: boolean;
  /** Never probed, never chosen (Tailscale's `NoMeasureNoHome`). */
  readonly noHome?: boolean;
  /** Multiplies the latency when regions are ranked: above 1 is worse (Tailscale's `RegionScore`). 0 and below are ignored. */
  readonly latencyFactor?: number;
  /** Share among regions that cannot be told apart; higher gets more clients. */
  readonly weight?: number;
  /** URL that a client of the application connects to. */
  readonly service?: string;
  readonly nodes: readonly RelayNode[];
}

/** One relay server and what it speaks. A protocol that is absent is not spoken. */
export interface RelayNode {
  readonly name: NodeName;
  readonly host: string;
  /** Address as written. Absent: ask DNS for `host`. Text that is no IPv4 address: not this family. */
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly stun?: StunEndpoint;
  readonly https?: HttpsEndpoint;
  /** Port of the DERP service: over TLS, unless `https` is plain HTTP on the same port. */
  readonly derp?: { readonly port: number };
  /** URL of a WebSocket that echoes binary messages. */
  readonly websocket?: string;
  readonly turn?: TurnEndpoint;
  /** Measure it by these kinds alone, such as where a proxy answers TCP for it. Absent: by all that it speaks. */
  readonly measure?: readonly Kind[];
  /** Pin of the first certificate: `sha256-raw:` and 64 hex digits over its DER form. */
  readonly certificate?: string;
  /** Accept any TLS certificate. For tests. */
  readonly insecure?: boolean;
  /** TLS server name, where it differs from `host`. */
  readonly serverName?: string;
  /** Probe this address instead of the node's own; marks a test node (Tailscale's `STUNTestIP`). */
  readonly stunTestIp?: string;
  /** Serves STUN and no relaying (Tailscale's `STUNOnly`). */
  readonly stunOnly?: boolean;
  /** Answers plain HTTP on port 80, so that the captive portal check may use it. */
  readonly canPort80?: boolean;
}

export interface StunEndpoint {
  readonly port: number;
  /** `tailscale`: answers only to SOFTWARE `tailnode` with FINGERPRINT, so no browser gets an answer. */
  readonly dialect: 'plain' | 'tailscale';
}

export interface HttpsEndpoint {
  readonly port: number;
  readonly path: string;
  readonly scheme: 'https' | 'http';
}

export interface TurnEndpoint {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** Whether a node can answer that kind of probe, and may be measured by it, whatever the client is able to send. */
export function speaks(node: RelayNode, kind: Kind): boolean {
  return speakers[kind](node) && node.measure?.includes(kind) !== false;
}

const speakers: Readonly<Record<Kind, (node: RelayNode) => boolean>> = {
  stun: ({ stun }) => stun !== undefined,
  icmp: ({ stun }) => stun !== undefined,
  ice: ({ stun }) => stun?.dialect === 'plain',
  https: ({ https }) => https !== undefined,
  tcp: ({ https, derp }) => https !== undefined || derp !== undefined,
  websocket: ({ websocket }) => websocket !== undefined,
  turn: ({ turn }) => turn !== undefined,
  fake: () => false,
};

const indexed = new WeakMap<RelayMap, ReadonlyMap<RegionId | undefined, Region>>();

/** The region of that id, if the map has it. Asked many times a report: a map is read once. */
export function regionById(map: RelayMap, id: RegionId | undefined): Region | undefined {
  let index = indexed.get(map);
  if (!index) indexed.set(map, (index = new Map(map.regions.map((region) => [region.id, region]))));
  return index.get(id);
}

/** All relays are on this machine: then being offline does not matter, and nothing outside need be asked. */
export const isLocal = (map: RelayMap): boolean => map.regions.every((region) => region.nodes.every((node) => node.ipv4?.startsWith('127.') === true));
