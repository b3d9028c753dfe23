import type { Decision } from '../model/decision.ts';
import type { Region, RegionId } from '../model/map.ts';
import type { IceServer } from './servers.ts';

/** What an `RTCPeerConnection` should be given now. */
export interface IceServers {
  /** The nearest region's, then those of the fallbacks. Empty: all credentials have ended, and no others are to be had, or the map has none any more. */
  readonly iceServers: IceServer[];
  readonly region: Region;
  readonly fallback?: Region;
  /** When the first of the credentials ends, epoch ms. */
  readonly expiresAt?: number;
  /** The newest, as the servers were put together. */
  readonly decision: Decision;
}

/** What is new about them: a closed list. */
export type IceServersChange =
  | 'first'        // there were none before
  | 'order'        // other regions, or in another order: the home moved, the map changed, a fallback was lost
  | 'credentials'  // the same regions with new credentials
  | 'ended';       // the last credentials ended before there were others, or no server is left in the map

/** What living servers do. `at`: epoch ms. */
export type IceServersEvent =
  | ({ readonly type: 'servers'; readonly at: number; readonly change: IceServersChange } & IceServers)
  /** A region's credentials were asked for in vain. Those that it has stay until they end. `retryMs`: until they are asked for again. */
  | { readonly type: 'failed'; readonly at: number; readonly region: RegionId; readonly error: unknown; readonly retryMs: number };
