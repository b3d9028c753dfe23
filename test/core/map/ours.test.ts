import { describe, expect, it } from 'vitest';
import { formatRelayMap } from '../../../core/map/format.ts';
import { parseRelayMap } from '../../../core/map/parse.ts';
import type { RelayMap } from '../../../core/model/map.ts';
import { errorOf } from './error-of.ts';

const full: RelayMap = {
  version: 1,
  regions: [
    {
      id: '1', code: 'fra', name: 'Frankfurt', latitude: 50.1, longitude: 8.7, avoid: true, noHome: true, latencyFactor: 0.5, weight: 2, service: 'wss://fra.example.org/play?x=1',
      nodes: [
        {
          name: '1a', host: 'fra1.example.org', ipv4: '192.0.2.1', ipv6: '2001:db8::1', stun: { port: 3479, dialect: 'tailscale' }, https: { port: 8443, path: '/ping', scheme: 'http' },
          derp: { port: 444 }, websocket: 'ws://fra1.example.org/echo', turn: { urls: ['turn:fra1.example.org', 'turns:fra1.example.org?transport=tcp'], username: 'u', credential: 'c' },
          certificate: `sha256-raw:${'0aF'.repeat(21)}0`, serverName: 'other.example.org', stunTestIp: '127.0.0.9', insecure: true, stunOnly: true, canPort80: true,
        },
        { name: '1b', host: '2001:db8::2', ipv4: 'none', insecure: false, stunOnly: false, canPort80: false },
      ],
    },
    { id: 'b', code: 'par', name: 'Paris', avoid: false, noHome: false, latencyFactor: -1, weight: 0, nodes: [] },
  ],
};

/** One region with one node, changed as told. */
const withRegion = (region: object): object => ({ version: 1, regions: [{ id: '1', nodes: [], ...region }] });
const withNode = (node: object): object => withRegion({ nodes: [{ name: 'a', host: 'a.example', ...node }] });
const second = (region: object): object => ({ version: 1, regions: [{ id: '1', code: 'fra', nodes: [] }, { id: '2', nodes: [], ...region }] });

describe('our form', () => {
  it('is read as it stands', () => {
    expect(parseRelayMap(full)).toStrictEqual(full);
    expect(parseRelayMap(JSON.stringify(full))).toStrictEqual(full);
  });

  it('has defaults', () => {
    expect(parseRelayMap({ version: 1, regions: [{ id: 'x', nodes: [{ host: 'h.example', stun: {}, https: {}, derp: {} }] }] })).toStrictEqual({
      version: 1,
      regions: [{
        id: 'x', code: 'x', name: 'x', avoid: false, noHome: false, latencyFactor: 1, weight: 1,
        nodes: [{
          name: 'h.example', host: 'h.example', stun: { port: 3478, dialect: 'plain' }, https: { port: 443, path: '/derp/probe', scheme: 'https' }, derp: { port: 443 },
          insecure: false, stunOnly: false, canPort80: false,
        }],
      }],
    });
  });

  it.each<[string, object, object]>([
    ['a whole number as an id', withRegion({ id: 7 }), { id: '7', code: '7' }],
    ['a name defaults to the code', withRegion({ code: 'fra' }), { code: 'fra', name: 'fra' }],
    ['plain HTTP has its own port', withNode({ https: { scheme: 'http' } }), { nodes: [{ https: { port: 80, path: '/derp/probe', scheme: 'http' } }] }],
    ['one TURN URL as text', withNode({ turn: { urls: 'turn:a.example' } }), { nodes: [{ turn: { urls: ['turn:a.example'] } }] }],
    ['what is unknown is ignored', withNode({ quic: { port: 'x' } }), { nodes: [{ name: 'a', host: 'a.example' }] }],
    ['the edges of numbers', withRegion({ latitude: -90, longitude: 180, weight: 0, latencyFactor: -5 }), { latitude: -90, longitude: 180, weight: 0, latencyFactor: -5 }],
  ])('%s', (_, document, region) => {
    expect(parseRelayMap(document).regions[0]).toMatchObject(region);
  });

  it('shares nothing with its input', () => {
    const input = JSON.parse(JSON.stringify(full)) as { regions: { nodes: { turn?: { urls: string[] } }[] }[] };
    const map = parseRelayMap(input);
    input.regions[0]?.nodes[0]?.turn?.urls.push('turn:elsewhere.example');
    input.regions.pop();
    expect(map).toStrictEqual(full);
  });
});

describe('our form is strict', () => {
  const portRange = 'must be a whole number from 1 to 65535';
  it.each<[unknown, string, string, string]>([
    [{ version: 2, regions: [] }, 'type', 'version', 'must be 1, not 2'],
    [{ version: '1', regions: [] }, 'type', 'version', 'must be 1, not "1"'],
    [{ regions: [] }, 'missing', 'version', 'is missing'],
    [{ version: 1 }, 'missing', 'regions', 'is missing'],
    [{ version: 1, regions: null }, 'type', 'regions', 'must be a list, not null'],
    [{ version: 1, regions: [{}] }, 'missing', 'regions[0].id', 'is missing'],
    [{ version: 1, regions: [null] }, 'type', 'regions[0]', 'must be an object, not null'],
    [{ version: 1, regions: Array.from({ length: 2 }) }, 'missing', 'regions[0]', 'is missing'],
    [{ version: 1, regions: Array.from({ length: 10_001 }) }, 'limit', 'regions', 'is longer than 10000'],
    [withRegion({ id: null }), 'type', 'regions[0].id', 'must be a string, not null'],
    [withRegion({ id: 1.5 }), 'type', 'regions[0].id', 'must be a string, not a number'],
    [withRegion({ id: '' }), 'value', 'regions[0].id', 'is empty'],
    [withRegion({ id: '__proto__' }), 'value', 'regions[0].id', 'must not be "__proto__"'],
    [withRegion({ code: '' }), 'value', 'regions[0].code', 'is empty'],
    [withRegion({ code: 'toString' }), 'value', 'regions[0].code', 'must not be "toString"'],
    [second({ id: 1 }), 'duplicate', 'regions[1].id', '"1" is there already'],
    [second({ code: 'fra' }), 'duplicate', 'regions[1].code', '"fra" is there already'],
    [withRegion({ name: 5 }), 'type', 'regions[0].name', 'must be a string, not a number'],
    [withRegion({ latitude: 90.1, longitude: 0 }), 'type', 'regions[0].latitude', 'must be a number from -90 to 90, not 90.1'],
    [withRegion({ latitude: 0, longitude: -181 }), 'type', 'regions[0].longitude', 'must be a number from -180 to 180, not -181'],
    [withRegion({ latitude: 1 }), 'missing', 'regions[0].longitude', 'is missing'],
    [withRegion({ longitude: 1 }), 'missing', 'regions[0].latitude', 'is missing'],
    [withRegion({ latitude: null, longitude: null }), 'type', 'regions[0].latitude', 'must be a number from -90 to 90, not null'],
    [withRegion({ avoid: 'no' }), 'type', 'regions[0].avoid', 'must be true or false, not a string'],
    [withRegion({ noHome: 0 }), 'type', 'regions[0].noHome', 'must be true or false, not a number'],
    [withRegion({ latencyFactor: Number.NaN }), 'type', 'regions[0].latencyFactor', 'must be a number, not NaN'],
    [withRegion({ latencyFactor: Infinity }), 'type', 'regions[0].latencyFactor', 'must be a number, not Infinity'],
    [withRegion({ weight: -1 }), 'type', 'regions[0].weight', 'must be a number of 0 or more, not -1'],
    [withRegion({ service: 'fra.example.org' }), 'value', 'regions[0].service', 'must be a URL of https: or http: or wss: or ws: without a user'],
    [withRegion({ service: 'javascript:alert(1)' }), 'value', 'regions[0].service', 'must be a URL of https: or http: or wss: or ws: without a user'],
    [withRegion({ nodes: undefined }), 'missing', 'regions[0].nodes', 'is missing'],
    [withRegion({ nodes: {} }), 'type', 'regions[0].nodes', 'must be a list, not an object'],
    [withRegion({ nodes: Array.from({ length: 101 }) }), 'limit', 'regions[0].nodes', 'is longer than 100'],
    [withRegion({ nodes: [{ host: 'a' }, { host: 'a' }] }), 'duplicate', 'regions[0].nodes[1].name', '"a" is there already'],
    [withRegion({ nodes: [{ name: 'a' }] }), 'missing', 'regions[0].nodes[0].host', 'is missing'],
    [withNode({ name: '' }), 'value', 'regions[0].nodes[0].name', 'is empty'],
    [withNode({ host: '' }), 'host', 'regions[0].nodes[0].host', 'is no host name or IP address'],
    [withNode({ host: 'a.example:3478' }), 'host', 'regions[0].nodes[0].host', 'is no host name or IP address'],
    [withNode({ host: 'https://a.example' }), 'host', 'regions[0].nodes[0].host', 'is no host name or IP address'],
    [withNode({ host: 'user@a.example' }), 'host', 'regions[0].nodes[0].host', 'is no host name or IP address'],
    [withNode({ host: 'a\n.example' }), 'host', 'regions[0].nodes[0].host', 'is no host name or IP address'],
    [withNode({ ipv4: '192.0.2.256' }), 'address', 'regions[0].nodes[0].ipv4', 'is no IPv4 address'],
    [withNode({ ipv6: '192.0.2.1' }), 'address', 'regions[0].nodes[0].ipv6', 'is no IPv6 address'],
    [withNode({ stunTestIp: 'none' }), 'address', 'regions[0].nodes[0].stunTestIp', 'is no IP address'],
    [withNode({ stun: { port: 'x' } }), 'type', 'regions[0].nodes[0].stun.port', `${portRange}, not "x"`],
    [withNode({ stun: { port: 0 } }), 'type', 'regions[0].nodes[0].stun.port', `${portRange}, not 0`],
    [withNode({ stun: { port: 65_536 } }), 'type', 'regions[0].nodes[0].stun.port', `${portRange}, not 65536`],
    [withNode({ stun: { port: 1.5 } }), 'type', 'regions[0].nodes[0].stun.port', `${portRange}, not 1.5`],
    [withNode({ stun: { port: null } }), 'type', 'regions[0].nodes[0].stun.port', `${portRange}, not null`],
    [withNode({ stun: { dialect: 'rfc' } }), 'type', 'regions[0].nodes[0].stun.dialect', 'must be plain or tailscale, not "rfc"'],
    [withNode({ stun: true }), 'type', 'regions[0].nodes[0].stun', 'must be an object, not a boolean'],
    [withNode({ stun: 3478 }), 'type', 'regions[0].nodes[0].stun', 'must be an object, not a number'],
    ...['probe', '/a b', '/a\r\nHost: b', '/ü'].map((path): [object, string, string, string] => [withNode({ https: { path } }), 'value', 'regions[0].nodes[0].https.path', 'must start with "/" and have none but visible ASCII characters']),
    [withNode({ https: { scheme: 'ftp' } }), 'type', 'regions[0].nodes[0].https.scheme', 'must be https or http, not "ftp"'],
    [withNode({ derp: { port: -1 } }), 'type', 'regions[0].nodes[0].derp.port', `${portRange}, not -1`],
    [withNode({ websocket: 'https://a.example' }), 'value', 'regions[0].nodes[0].websocket', 'must be a URL of wss: or ws: without a user'],
    [withNode({ websocket: 'wss://me:secret@a.example' }), 'value', 'regions[0].nodes[0].websocket', 'must be a URL of wss: or ws: without a user'],
    [withNode({ turn: {} }), 'missing', 'regions[0].nodes[0].turn.urls', 'is missing'],
    [withNode({ turn: { urls: [] } }), 'missing', 'regions[0].nodes[0].turn.urls', 'is empty'],
    [withNode({ turn: { urls: ['turn:a', 'stun:a'] } }), 'value', 'regions[0].nodes[0].turn.urls[1]', 'must be turn:host[:port]'],
    [withNode({ turn: { urls: ['turn:a'], credential: 123_456 } }), 'type', 'regions[0].nodes[0].turn.credential', 'must be a string, not a number'],
    [withNode({ certificate: 'sha256-raw:00' }), 'certificate', 'regions[0].nodes[0].certificate', 'must be sha256-raw: and 64 hex digits'],
    [withNode({ insecure: 'true' }), 'type', 'regions[0].nodes[0].insecure', 'must be true or false, not a string'],
  ])('%j', (document, code, path, message) => {
    expect(errorOf(document)).toMatchObject({ code, path, message: `${path}: ${message}` });
  });

  it('never shows what may be secret', () => {
    for (const document of [withNode({ turn: { urls: ['turn:me:hunter2@a.example'] } }), withNode({ websocket: 'hunter2://a?token=hunter2' }), withNode({ turn: { urls: ['turn:a'], username: ['hunter2'] } })]) {
      expect(errorOf(document).message).not.toContain('hunter2');
    }
    // What engines say of text that is no JSON has some of it.
    for (const text of ["{'credential':'hunter2'}", '{"credential":hunter2}', 'hunter2', '{"a":"b\n", "credential":"hunter2"']) {
      const { message } = errorOf(text);
      expect(message).toMatch(/^not JSON: SyntaxError: [^"\s]/);
      expect(message).not.toMatch(/unter2|\n/);
    }
  });
});

describe('formatting', () => {
  it('is the inverse of parsing', () => {
    expect(parseRelayMap(formatRelayMap(full))).toStrictEqual(full);
    expect(JSON.parse(JSON.stringify(formatRelayMap(full)))).toStrictEqual(full);
  });

  it('can leave out credentials, and nothing else', () => {
    const map = formatRelayMap(full, { credentials: false });
    expect(JSON.stringify(map)).not.toMatch(/username|credential/);
    expect(parseRelayMap(map).regions[0]?.nodes[0]).toStrictEqual({ ...full.regions[0]?.nodes[0], turn: { urls: full.regions[0]?.nodes[0]?.turn?.urls } });
  });

  it('keeps what is odd in a DERP map, with its notes', () => {
    const odd = parseRelayMap({
      Regions: {
        1: { RegionID: 7, Nodes: [{ Name: 'x' }, { Name: 'x', HostName: 'a b', IPv4: 'nonsense', STUNTestIP: 'x', CertName: 'sha256-raw:x' }, {}] },
        2: { RegionCode: '' },
      },
    });
    expect(odd.notes).toHaveLength(11);
    expect(parseRelayMap(JSON.stringify(formatRelayMap(odd)))).toStrictEqual(odd);
    expect(parseRelayMap(odd)).toStrictEqual(odd);
  });

  it.each<[unknown, string]>([
    [{ version: 1, regions: [], notes: 'x' }, 'notes'],
    [{ version: 1, regions: [], notes: [{ code: 'a', path: 'b' }] }, 'notes[0].message'],
    [{ version: 1, notes: [{ code: 'a', path: 'b', message: 'c' }], regions: [{ id: '1', nodes: [{ host: 'a', stun: { port: 0 } }] }] }, 'regions[0].nodes[0].stun.port'],
    [{ version: 1, notes: [{ code: 'a', path: 'b', message: 'c' }], regions: [{ id: '1', nodes: [] }, { id: '1', nodes: [] }] }, 'regions[1].id'],
  ])('notes excuse only what a DERP map may be: %j', (document, path) => {
    expect(errorOf(document).path).toBe(path);
  });
});
