import { describe, expect, it } from 'vitest';
import { formatRelayMap } from '../../../core/map/format.ts';
import { parseIceUrl } from '../../../core/map/ice-url.ts';
import { parseRelayMap } from '../../../core/map/parse.ts';
import { errorOf } from './error-of.ts';

describe('a STUN or TURN URI', () => {
  it.each<[string, object]>([
    ['stun:a.example', { host: 'a.example', stunPort: 3478, isTurn: false }],
    ['STUN:A.Example:19302', { host: 'a.example', stunPort: 19_302, isTurn: false }],
    ['stun:192.0.2.1:1', { host: '192.0.2.1', stunPort: 1, isTurn: false }],
    ['stun:[2001:DB8::1]', { host: '2001:db8::1', stunPort: 3478, isTurn: false }],
    ['stun:[::ffff:192.0.2.1]:65535', { host: '::ffff:192.0.2.1', stunPort: 65_535, isTurn: false }],
    ['stuns:a.example:5349', { host: 'a.example', isTurn: false }],
    ['turn:a.example', { host: 'a.example', stunPort: 3478, isTurn: true }],
    ['turn:a.example:80?transport=udp', { host: 'a.example', stunPort: 80, isTurn: true }],
    ['turn:a.example?TRANSPORT=UDP', { host: 'a.example', stunPort: 3478, isTurn: true }],
    ['turn:a.example?transport=tcp', { host: 'a.example', isTurn: true }],
    ['turns:[2001:db8::1]:443?transport=tcp', { host: '2001:db8::1', isTurn: true }],
    ['turns:a.example?transport=udp', { host: 'a.example', isTurn: true }],
  ])('%s', (text, wanted) => {
    expect(parseIceUrl(text)).toStrictEqual({ text, ...wanted });
  });

  it.each([
    '', 'stun', 'stun:', 'a.example', 'http:a.example', 'stun://a.example', 'stun:a.example:', 'stun:a.example:0', 'stun:a.example:65536', 'stun:a.example:123456', 'stun:a.example:x',
    'stun:a.example?transport=udp', 'turn:a.example?transport=sctp', 'turn:a.example?', 'turn:me@a.example', 'stun:2001:db8::1', 'stun:[2001:db8::1', 'stun:[192.0.2.1]', 'stun:[::1::]',
    'stun:a b', 'stun:a.example/x', ' stun:a.example', 'stun:a.example\n', 'stunt:a.example', 'stunss:a.example',
  ])('not %j', (text) => {
    expect(parseIceUrl(text)).toBeUndefined();
  });
});

const flags = { insecure: false, stunOnly: false, canPort80: false };
const defaults = { avoid: false, noHome: false, latencyFactor: 1, weight: 1 };
const plain = (port: number): object => ({ port, dialect: 'plain' });

describe('RTCIceServer[]', () => {
  it('is a region each', () => {
    const map = parseRelayMap([
      { urls: 'stun:fra.example.org:19302' },
      { urls: ['turn:par.example.org', 'turn:par.example.org?transport=tcp', 'turns:par.example.org:443'], username: 'u', credential: 'c' },
    ]);
    expect(map).toStrictEqual({
      version: 1,
      regions: [
        { id: '1', code: 'fra', name: 'fra.example.org', ...defaults, nodes: [{ name: 'fra.example.org', host: 'fra.example.org', stun: plain(19_302), ...flags }] },
        {
          id: '2', code: 'par', name: 'par.example.org', ...defaults,
          nodes: [{
            name: 'par.example.org', host: 'par.example.org', stun: plain(3478), ...flags,
            turn: { urls: ['turn:par.example.org', 'turn:par.example.org?transport=tcp', 'turns:par.example.org:443'], username: 'u', credential: 'c' },
          }],
        },
      ],
    });
    expect(parseRelayMap(formatRelayMap(map))).toStrictEqual(map);
    expect(parseRelayMap({ iceServers: [{ urls: 'stun:a.example' }], iceTransportPolicy: 'all' }).regions).toHaveLength(1);
  });

  it.each<[string, object[], { id: string; code: string; nodes: object[] }[]]>([
    ['TLS and TCP alone give no STUN', [{ urls: ['stuns:a.example', 'turns:a.example', 'turn:a.example?transport=tcp'] }], [
      { id: '1', code: 'a', nodes: [{ name: 'a.example', host: 'a.example', turn: { urls: ['turns:a.example', 'turn:a.example?transport=tcp'] }, ...flags }] },
    ]],
    ['hosts of one server are nodes of one region', [{ urls: ['stun:a.example', 'stun:b.example:1'] }], [
      { id: '1', code: 'a', nodes: [{ name: 'a.example', host: 'a.example', stun: plain(3478), ...flags }, { name: 'b.example', host: 'b.example', stun: plain(1), ...flags }] },
    ]],
    ['a shared host joins the earlier region; ids are positions', [{ urls: 'stun:a.example:1' }, { urls: ['turn:b.example', 'turn:A.example'] }, { urls: 'stun:c.example' }], [
      { id: '1', code: 'a', nodes: [
        { name: 'a.example', host: 'a.example', stun: plain(1), turn: { urls: ['turn:A.example'] }, ...flags },
        { name: 'b.example', host: 'b.example', stun: plain(3478), turn: { urls: ['turn:b.example'] }, ...flags },
      ] },
      { id: '3', code: 'c', nodes: [{ name: 'c.example', host: 'c.example', stun: plain(3478), ...flags }] },
    ]],
    ['other credentials are another node', [{ urls: 'turn:a.example', username: 'x', credential: 'y' }, { urls: 'turn:a.example', username: 'z', credential: 'y' }, { urls: 'turns:a.example', username: 'x', credential: 'y' }], [
      { id: '1', code: 'a', nodes: [
        { name: 'a.example', host: 'a.example', stun: plain(3478), turn: { urls: ['turn:a.example', 'turns:a.example'], username: 'x', credential: 'y' }, ...flags },
        { name: 'a.example-2', host: 'a.example', stun: plain(3478), turn: { urls: ['turn:a.example'], username: 'z', credential: 'y' }, ...flags },
      ] },
    ]],
    ['addresses have no other family', [{ urls: 'stun:192.0.2.1' }, { urls: 'stun:[2001:DB8::1]' }], [
      { id: '1', code: '192-0-2-1', nodes: [{ name: '192.0.2.1', host: '192.0.2.1', ipv4: '192.0.2.1', ipv6: 'none', stun: plain(3478), ...flags }] },
      { id: '2', code: '2001-db8-1', nodes: [{ name: '2001:db8::1', host: '2001:db8::1', ipv4: 'none', ipv6: '2001:db8::1', stun: plain(3478), ...flags }] },
    ]],
    ['codes are unique, and never what every object has', [{ urls: 'stun:a.x' }, { urls: 'stun:a.y' }, { urls: 'stun:a-2.z' }, { urls: 'stun:constructor' }, { urls: 'stun:[::]' }], [
      { id: '1', code: 'a', nodes: [{ name: 'a.x' }] },
      { id: '2', code: 'a-2', nodes: [{ name: 'a.y' }] },
      { id: '3', code: 'a-2-3', nodes: [{ name: 'a-2.z' }] },
      { id: '4', code: 'constructor-4', nodes: [{ name: 'constructor-1' }] },
      { id: '5', code: '5', nodes: [{ name: '::' }] },
    ]],
  ])('%s', (_, servers, regions) => {
    const map = parseRelayMap(servers);
    expect(map.regions).toMatchObject(regions);
    for (const [index, region] of regions.entries()) {
      for (const [at, node] of region.nodes.entries()) if ('insecure' in node) expect(map.regions[index]?.nodes[at]).toStrictEqual(node);
    }
    expect(parseRelayMap(formatRelayMap(map))).toStrictEqual(map);
  });

  it.each<[unknown, string, string]>([
    [[], 'missing', ''],
    [['stun:a.example'], 'type', '[0]'],
    [[{ urls: 'stun:a.example' }, {}], 'missing', '[1].urls'],
    [[{ urls: [] }], 'missing', '[0].urls'],
    [[{ urls: 7 }], 'type', '[0].urls'],
    [[{ urls: ['stun:a.example', 'http:a.example'] }], 'value', '[0].urls[1]'],
    [[{ urls: ['stun:a.example', null] }], 'type', '[0].urls[1]'],
    [[{ urls: 'turn:a.example', username: 5 }], 'type', '[0].username'],
    [[{ urls: 'turn:a.example', credential: {} }], 'type', '[0].credential'],
    [[{ urls: Array.from({ length: 101 }, () => 'stun:a.example') }], 'limit', '[0].urls'],
    [Array.from({ length: 101 }, (_, at) => ({ urls: 'turn:a.example', username: String(at) })), 'limit', '[100]'],
    [Array.from({ length: 101 }, (_, at) => ({ urls: `turn:a.example:${at + 1}` })), 'limit', '[100]'],
    [Array.from({ length: 10_001 }, () => ({ urls: 'stun:a.example' })), 'limit', ''],
    [{ iceServers: [{}] }, 'missing', 'iceServers[0].urls'],
  ])('refuses %#', (document, code, path) => {
    expect(errorOf(document)).toMatchObject({ code, path });
  });
});
