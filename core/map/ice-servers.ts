import { familyIn } from '../model/address.ts';
import type { Region, RelayMap, RelayNode, TurnEndpoint } from '../model/map.ts';
import type { Mutable } from '../model/mutable.ts';
import { isReserved } from './checks.ts';
import { type IceUrl, iceUrls } from './ice-url.ts';
import { MAX_NODES, MAX_REGIONS, MAX_URLS } from './limits.ts';
import { readOurs } from './ours.ts';
import { checkLimit, fail, type Field, fieldsOf, items, text } from './reader.ts';

type Draft = Mutable<RelayNode>;
type DraftRegion = Region & { readonly nodes: Draft[] };

/**
 * Reads `RTCIceServer[]`. Each server is a region; one with a host that an earlier server has joins that region whole.
 * A node is a host with its credentials: URLs of one host and the same credentials come together in it, and the first port
 * that answers STUN counts. A region's id is its server's position from 1, its code the first label of its host.
 */
export function readIceServers(servers: Field): RelayMap {
  const regions: DraftRegion[] = [];
  const regionOf = new Map<string, DraftRegion>();
  const codes = new Set<string>();
  const list = items(servers, MAX_REGIONS);
  if (list.length === 0) fail(servers, 'missing', 'is empty');
  for (const [index, server] of list.entries()) {
    const from = fieldsOf(server);
    const urls = iceUrls(from('urls'), false);
    const credentials = { username: text(from('username')), credential: text(from('credential')) };
    let region = urls.map((ice) => regionOf.get(ice.host)).find(Boolean);
    if (!region) regions.push((region = newRegion(String(index + 1), urls[0]?.host ?? '', codes)));
    for (const ice of urls) {
      const home = regionOf.get(ice.host) ?? region;
      regionOf.set(ice.host, home);
      const node = addUrl(home.nodes, ice, credentials);
      checkLimit(server, home.nodes.length, MAX_NODES);
      checkLimit(server, node.turn?.urls.length ?? 0, MAX_URLS);
    }
  }
  return readOurs({ value: { version: 1, regions }, path: '' });
}

function newRegion(id: string, host: string, codes: Set<string>): DraftRegion {
  const label = familyIn(host) ? host : host.replace(/\..*/, '');
  const code = unused(label.replace(/[^a-z\d]+/g, '-').replace(/^-|-$/g, '') || id, codes, id);
  return { id, code, name: host, nodes: [] };
}

function addUrl(nodes: Draft[], ice: IceUrl, credentials: Omit<TurnEndpoint, 'urls'>): Draft {
  const isSame = (turn: TurnEndpoint): boolean => turn.username === credentials.username && turn.credential === credentials.credential;
  let node = nodes.find((known) => known.host === ice.host && (!ice.isTurn || !known.turn || isSame(known.turn)));
  if (!node) nodes.push((node = newNode(ice.host, nodes)));
  if (ice.stunPort) node.stun ??= { port: ice.stunPort, dialect: 'plain' };
  if (ice.isTurn) node.turn = { urls: [...new Set(node.turn?.urls).add(ice.text)], ...credentials };
  return node;
}

/** A host that is an address has none of the other family. */
function newNode(host: string, nodes: readonly Draft[]): Draft {
  const name = unused(host, new Set(nodes.map((node) => node.name)), String(nodes.length + 1));
  const family = familyIn(host);
  return { name, host, ...(family && { ipv4: 'none', ipv6: 'none', [`ipv${family}`]: host }) };
}

/** The word, with the suffix until it is new. */
function unused(wanted: string, taken: Set<string>, suffix: string): string {
  let free = wanted;
  while (taken.has(free) || isReserved(free)) free += `-${suffix}`;
  taken.add(free);
  return free;
}
