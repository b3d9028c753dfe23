import type { NodeName, RegionId } from '../model/map.ts';

/** Why a home came, went or moved: a closed list. */
export type HomeReason =
  | 'first'       // up: no home before
  | 'recovered'   // up: the region that was lost is back
  | 'failover'    // up: another region in place of the one that was lost
  | 'chosen'      // moved: the picker chose another
  | 'restarting'  // moved: the relay said that it ends soon
  | 'unhealthy'   // moved: the relay said that something is wrong with the connection
  | 'drained'     // moved: the owner drains the node, and its region has another
  | 'unmapped'    // moved, down: the region has left the map, or its relay did: perhaps to another of the same region
  | 'transport'   // down: the connection ended
  | 'silent'      // down: pings went unanswered
  | 'closed';     // down: by `close`

/** What a home does. `at`: epoch ms. Beside `answers`, which probes say, a relay `serves` once it lets us in, and `carries` once it echoed. */
export type HomeEvent =
  /** The announced home changed. `downMs`: how long there was none, with `up` after a `down`. */
  | { readonly type: 'home'; readonly at: number; readonly event: 'up' | 'down' | 'moved'; readonly region: RegionId; readonly previous?: RegionId; readonly node?: NodeName; readonly rttMs?: number; readonly downMs?: number; readonly reason: HomeReason }
  /** A connection to a relay. `serves`: logged in. `carries`: and it echoed. `message`: why it failed or ended. */
  | { readonly type: 'connection'; readonly at: number; readonly region: RegionId; readonly node: NodeName; readonly state: 'connecting' | 'serves' | 'carries' | 'failed' | 'closed'; readonly rttMs?: number; readonly message?: string }
  /** A pong of the home. */
  | { readonly type: 'pong'; readonly at: number; readonly region: RegionId; readonly rttMs: number }
  /** The home would have moved to `region`, but peers cannot be told. */
  | { readonly type: 'held'; readonly at: number; readonly region: RegionId }
  /** Relays refuse this client: no more attempts until `Home.retry`, another map or another network. */
  | { readonly type: 'stopped'; readonly at: number; readonly region: RegionId; readonly message: string };
