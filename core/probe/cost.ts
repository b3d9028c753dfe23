// being written on branch transports
import type { Family, Kind } from '../model/kind.ts';
import type { RelayNode } from '../model/map.ts';
export interface Cost { readonly packets: number; readonly bytes: number }
export const costOf = (_kind: Kind, _node: RelayNode, _family: Family | undefined): Cost => ({ packets: 1, bytes: 68 });
