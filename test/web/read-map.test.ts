import { describe, expect, it } from 'vitest';
import { parseRelayMap } from '../../core/map/parse.ts';
import { readMap } from '../../web/read-map.ts';
import { errorOf } from '../until.ts';

const throwing = { get regions(): never { throw new Error('no'); } };

const documents: readonly (readonly [string, string | object])[] = [
  ['ours', { version: 1, regions: [{ id: 1, nodes: [{ host: 'fra.test' }] }] }],
  ['ours as text', '{"version":1,"regions":[]}'],
  ['a DERP map', '{"Regions":{"7":{"RegionID":8,"Nodes":[{"Name":"a","HostName":"h","IPv4":"none"}]}}}'],
  ['RTCIceServers', [{ urls: ['turn:a.test', 'stun:b.test'], username: 'u', credential: 'c' }]],
  ['an RTCConfiguration', { iceServers: [{ urls: 'stun:a.test' }] }],
];

const wrong: readonly (readonly [string, string | object])[] = [
  ['text that is no JSON', '{"version":'], ['what is no map', new Map()], ['another version', { version: 2 }], ['a region without a node', { version: 1, regions: [{ id: '1' }] }],
  ['a DERP map with a text for a number', { Regions: { 1: { RegionID: 'one' } } }], ['a server without a URL', [{}]], ['what throws', throwing],
];

describe('readMap', () => {
  it.each(documents)('reads %s as parseRelayMap does', async (_, document) => {
    expect(await readMap(document)).toEqual(parseRelayMap(document));
  });

  it.each(wrong)('rejects %s with the error that parseRelayMap throws', async (_, document) => {
    const expected = await errorOf((async () => parseRelayMap(document))());
    expect(expected).toMatchObject({ name: 'RelayMapError' });
    expect(await errorOf(readMap(document))).toEqual(expected);
  });
});
