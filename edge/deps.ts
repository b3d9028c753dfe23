import type { MiddlewareHandler } from 'hono';
import type { WSEvents } from 'hono/ws';
import type { RelayMap } from '../core/model/map.ts';
import type { Location, Sweep } from './fleet/facts.ts';
import type { Soon } from './soon.ts';
import type { FleetStore } from './storage/store.ts';

/** What differs between a Worker and its twin on Node, and what a test puts in its place. */
export interface EdgeDeps {
  /** The map that is served: the last valid one. Rejects with a `RelayMapError` while there was none. */
  readonly map: () => Soon<RelayMap>;
  /** Where this request is served. */
  readonly locate: (request: Request) => Location;
  /** Who asks, as far as the platform tells. Used for limits and hashed before anything is kept. */
  readonly clientOf: (request: Request) => Client;
  /**
   * Asks the map's regions, as many as the platform's limits allow, those asked longest ago first. What is not asked keeps
   * what `last` knew, with its age. The caller sees to it that one sweep runs at a time, and not too often.
   */
  readonly sweep: (options: { readonly map: RelayMap; readonly location: Location; readonly last?: Sweep; readonly signal: AbortSignal }) => Promise<Sweep>;
  readonly store: FleetStore;
  /** Epoch ms. */
  readonly wall: () => number;
  /** Lets work outlive the answer (`waitUntil`). */
  readonly background: (work: Promise<unknown>, request: Request) => void;
  /** Guards the fleet view, the metrics and the dashboard's data. A function, where it depends on how the request came. */
  readonly access: Access | ((request: Request) => Access);
  /** The key of today's hashes of clients: random, the same wherever the location is served from, forgotten after its day. Rejects in a second or two where it cannot be had: a client waits for it. */
  readonly hashKey: (location: Location) => Soon<Uint8Array<ArrayBuffer>>;
  /** HMAC-SHA-256 in base64. Absent: by WebCrypto, which on Node takes ten times as long. */
  readonly hmac?: (key: Uint8Array<ArrayBuffer>, text: string) => Soon<string>;
  /** Answers a request with a WebSocket, by the platform's means. `events` is called once a connection. */
  readonly upgradeWebSocket: (events: () => WSEvents) => MiddlewareHandler;
  readonly log: (entry: LogEntry) => void;
  /** A data point for the platform's analytics, where it has any. */
  readonly count?: (point: { readonly route: string; readonly status: number; readonly location: string; readonly ms: number }) => void;
}

/** `open`: to anybody. `closed`: to nobody. */
export type Access = 'open' | { readonly token: string } | 'closed';

export interface Client {
  /** Its address, or what stands for it. */
  readonly address: string;
  /** Its network, such as an AS number; absent: taken from the address. */
  readonly network?: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

/** One line of JSON. Never an address, a token or text of a client. */
export interface LogEntry {
  readonly level: 'info' | 'warning' | 'error';
  readonly event: string;
  readonly [field: string]: string | number | boolean | undefined;
}
