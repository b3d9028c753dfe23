import { formatEndpoint } from '../model/address.ts';
import { nodesWanted } from '../choice/nodes.ts';
import type { Preferences } from '../model/context.ts';
import type { Region, RelayMap, RelayNode } from '../model/map.ts';
import type { TurnCredentials } from './credentials.ts';

/** As `RTCIceServer` of WebRTC, which only pages have a type for. */
export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}

/** The map with only the regions and nodes that an `RTCPeerConnection` can use: those with TURN, or those with STUN if there is no TURN at all. */
export function withIce(map: RelayMap): RelayMap {
  const keep = (has: (node: RelayNode) => boolean): Region[] => map.regions.map((region) => ({ ...region, nodes: region.nodes.filter(has) })).filter(({ nodes }) => nodes.length > 0);
  const turn = keep(hasTurn);
  return { ...map, regions: turn.length ? turn : keep((node) => iceServerOf(node) !== undefined) };
}

/** Whether credentials are of any use to it. */
export const hasTurn = ({ turn }: RelayNode): boolean => turn !== undefined;

/** A region's servers, those of its first node first. A connection uses them all, so that avoided nodes are left out as well. Credentials go before those in the map. */
export const iceServersOf = (region: Region, preferences: Preferences | undefined, credentials?: TurnCredentials): IceServer[] =>
  nodesWanted(region, preferences).flatMap((node) => iceServerOf(node, credentials) ?? []);

function iceServerOf({ host, turn, stun }: RelayNode, credentials?: TurnCredentials): IceServer | undefined {
  if (turn) {
    const { urls, username, credential } = { ...turn, ...credentials };
    return { urls: [...urls], ...(username !== undefined && { username }), ...(credential !== undefined && { credential }) };
  }
  return stun?.dialect === 'plain' ? { urls: `stun:${formatEndpoint(host, stun.port)}` } : undefined;
}
