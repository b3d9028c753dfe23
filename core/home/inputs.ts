import type { NodeName, Region, RegionId } from '../model/map.ts';
import type { ConnectionNote } from '../picker/connections.ts';
import type { Wish } from './atlas.ts';
import type { RelayNotice } from './connection.ts';
import type { HomeReason } from './events.ts';
import type { Failure } from './failure.ts';

/** What happens to the machine. `id` is that of an attempt, which its connection keeps. */
export type MachineInput =
  /** The picker spoke. `anew`: it is another network, so that waits mean nothing. */
  | Wish & { readonly type: 'want'; readonly anew?: boolean }
  | { readonly type: 'connected'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure }
  /** `spreadMs`, with this and the next: so much time this client may take at random, so that not all of a relay's come to the next at once. */
  | { readonly type: 'lost'; readonly id: number; readonly reason: 'transport' | 'silent'; readonly spreadMs?: number | undefined }
  | { readonly type: 'notice'; readonly id: number; readonly notice: RelayNotice; readonly spreadMs?: number | undefined }
  /** Somebody wants a connection to the region, home or not. */
  | { readonly type: 'demand'; readonly region: RegionId }
  | { readonly type: 'used'; readonly region: RegionId; readonly atMs: number }
  | { readonly type: 'retry' }
  | { readonly type: 'tick' }
  | { readonly type: 'close' };

/** What is to be done. */
export type Effect =
  | { readonly do: 'connect'; readonly id: number; readonly region: Region; readonly node: Region['nodes'][number] }
  /** An attempt or a connection that nobody wants any more. */
  | { readonly do: 'drop'; readonly id: number }
  | { readonly do: 'prefer'; readonly id: number; readonly preferred: boolean }
  | { readonly do: 'note'; readonly region: RegionId; readonly type: ConnectionNote['type'] }
  /** `id`: the home's, unless it is down. */
  | { readonly do: 'announce'; readonly event: 'up' | 'down' | 'moved'; readonly id?: number; readonly region: RegionId; readonly node?: NodeName; readonly previous?: RegionId; readonly downMs?: number; readonly reason: HomeReason }
  | { readonly do: 'hold'; readonly region: RegionId }
  | { readonly do: 'stop'; readonly region: RegionId; readonly message: string };
