import type { Region, RelayNode } from '../model/map.ts';

/** What a relay says of itself over a connection. */
export type RelayNotice =
  /** It ends soon, wants its clients back after `reconnectInMs`, and to be tried for `tryForMs` from then on. */
  | { readonly type: 'restarting'; readonly reconnectInMs: number; readonly tryForMs: number }
  /** What is wrong with this connection; empty: nothing any more. */
  | { readonly type: 'health'; readonly problem: string };

/** A connection to a relay, logged in. What a home needs of it, and no more: packets are the application's. */
export interface RelayConnection {
  /**
   * An echo by the relay's own program: the round trip, ms. Rejects where there is none, and soon after the signal aborts.
   * It is asked once at the start, which proves that the relay carries, and again as often as `attention` says.
   */
  ping(signal: AbortSignal): Promise<number>;
  /** Resolves, never rejects, with why the connection is over, in words. */
  readonly closed: Promise<string>;
  /** When anything last came from the relay, ms of the clock: pings are left out while that shows life. */
  readonly heardAtMs?: number;
  /** When the application last sent or received something, ms of the clock. Absent: `Home.open` alone tells. */
  readonly usedAtMs?: number;
  /** Tells the relay whether it is this client's home. */
  setPreferred?(preferred: boolean): void;
  close(): void | Promise<void>;
}

/** One attempt to connect. */
export interface ConnectTarget {
  readonly region: Region;
  readonly node: RelayNode;
  /** Aborts when nobody wants the connection any more, or it took too long. */
  readonly signal: AbortSignal;
  /** To be called with what the relay says, as long as the connection lives. */
  readonly onNotice: (notice: RelayNotice) => void;
}

/**
 * Connects to a node and logs in. Rejections are read for `status` (HTTP), `retryAfterMs` and `code` (`refused`: the relay does
 * not want this client); whatever else they are, the next node is tried.
 */
export type Connect<C extends RelayConnection = RelayConnection> = (target: ConnectTarget) => Promise<C>;
