import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RelayMapError } from '../../../core/errors.ts';
import { parseRelayMap } from '../../../core/map/parse.ts';
import { addressOf, formatEndpoint, isTestNode, mightHave, stunAddressOf } from '../../../core/model/address.ts';
import type { Family } from '../../../core/model/kind.ts';
import type { RelayNode } from '../../../core/model/map.ts';
import { errorOf } from './error-of.ts';

// Outputs of Tailscale's own code; test/vectors/README.md has their meaning and licence.
interface ExpectedNode {
  name: string; regionID: number; stunEnabled: boolean; hostName: string; certName?: string; stunPort: number | null; stunV4: string | null; stunV6: string | null; might4: boolean; might6: boolean;
  derpPort: number; stunOnly: boolean; dialV4: boolean; dialV6: boolean; canHTTPS: boolean; canPort80: boolean; testNode: boolean; insecureForTests: boolean;
}
interface ExpectedRegion {
  key: number; regionID: number; code: string; name: string; latitude: number; longitude: number; avoid: boolean; noMeasureNoHome: boolean; hasDERPNode: boolean; nodes: ExpectedNode[];
}
interface Case {
  name: string; doc: string;
  expect: { error?: true; regionIds?: number[]; regions?: ExpectedRegion[]; regionScore?: Record<string, number> };
}

const { cases } = JSON.parse(readFileSync(new URL('../../vectors/derpmap-2026.json', import.meta.url), 'utf8')) as { cases: Case[] };

/** `JSON.parse` cannot tell these from whole numbers: they are taken. */
const takenHere = new Set(['STUNPort with an exponent', 'STUNPort with a fraction of zero']);

const endpoint = (node: RelayNode, family: Family): string | null => {
  const address = stunAddressOf(node, family);
  return address === undefined ? null : address === 'dns' ? address : formatEndpoint(address, node.stun?.port ?? 0);
};

describe('a DERP map means what it means to Tailscale', () => {
  it.each(cases.filter(({ expect }) => !expect.error))('$name', ({ doc, expect: wanted }) => {
    const { regions } = parseRelayMap(doc);
    expect(regions.map((region) => Number(region.id))).toEqual(wanted.regionIds ?? []);
    const seen = regions.map((region) => ({
      key: Number(region.id), code: region.code, name: region.name, latitude: region.latitude ?? 0, longitude: region.longitude ?? 0,
      avoid: region.avoid, noMeasureNoHome: region.noHome, hasDERPNode: region.nodes.some((node) => node.derp),
      nodes: region.nodes.map((node) => ({
        name: node.name, hostName: node.host, certName: node.certificate ?? node.serverName, stunPort: node.stun?.port ?? null, stunV4: endpoint(node, 4), stunV6: endpoint(node, 6),
        might4: mightHave(node, 4), might6: mightHave(node, 6), derpPort: node.stunOnly ? undefined : node.derp?.port, stunOnly: node.stunOnly,
        dialV4: addressOf(node, 4) !== undefined, dialV6: addressOf(node, 6) !== undefined,
        canHTTPS: node.https !== undefined && (addressOf(node, 4) ?? addressOf(node, 6)) !== undefined,
        canPort80: node.canPort80, testNode: isTestNode(node), insecureForTests: node.insecure,
      })),
    }));
    // RegionID is overruled by the key, stunEnabled restates stunPort, and a node that only does STUN has no DERP port here.
    const expected = (wanted.regions ?? []).map(({ regionID: _overruled, ...region }) => ({
      ...region,
      nodes: region.nodes.map(({ regionID: _overruled, stunEnabled: _restated, ...node }) => ({ ...node, derpPort: node.stunOnly ? undefined : node.derpPort })),
    }));
    expect(seen).toEqual(expected);
    for (const region of regions) expect(region.latencyFactor).toBe(wanted.regionScore?.[region.id] ?? 1);
  });

  it.each(cases.filter(({ name, expect }) => expect.error && !takenHere.has(name)))('refuses: $name', ({ doc }) => {
    expect(() => parseRelayMap(doc)).toThrow(RelayMapError);
  });
});

const oneNode = (node: object): string => JSON.stringify({ Regions: { 1: { RegionID: 1, RegionCode: 'a', Nodes: [{ Name: '1a', HostName: 'a.example', ...node }] } } });

describe('the whole of a node', () => {
  it('with all defaults', () => {
    expect(parseRelayMap(oneNode({}))).toStrictEqual({
      version: 1,
      regions: [{
        id: '1', code: 'a', name: '', avoid: false, noHome: false, latencyFactor: 1, weight: 1,
        nodes: [{
          name: '1a', host: 'a.example', stun: { port: 3478, dialect: 'tailscale' }, https: { port: 443, path: '/derp/probe', scheme: 'https' }, derp: { port: 443 },
          insecure: false, stunOnly: false, canPort80: false,
        }],
      }],
    });
  });

  it.each<[string, object, Partial<RelayNode>]>([
    ['a port of its own', { DERPPort: 8443 }, { derp: { port: 8443 }, https: { port: 8443, path: '/derp/probe', scheme: 'https' } }],
    ['a server name', { CertName: 'cert.example' }, { serverName: 'cert.example' }],
    ['STUN of another port', { STUNPort: 65_535 }, { stun: { port: 65_535, dialect: 'tailscale' } }],
    ['flags', { InsecureForTests: true, CanPort80: true }, { insecure: true, canPort80: true }],
    ['null', { STUNPort: null, IPv4: null, CertName: null, CanPort80: null }, { stun: { port: 3478, dialect: 'tailscale' }, canPort80: false }],
    ['half a surrogate pair', { Name: 'a\ud83c' }, { name: 'a\ufffd' }],
  ])('%s', (_, node, wanted) => {
    expect(parseRelayMap(oneNode(node)).regions[0]?.nodes[0]).toMatchObject(wanted);
  });

  it.each<[string, object, (keyof RelayNode)[]]>([
    ['STUN off', { STUNPort: -1 }, ['stun']],
    ['a STUN port that is none', { STUNPort: 65_536 }, ['stun']],
    ['STUN only', { STUNOnly: true }, ['derp', 'https']],
    ['a DERP port that is none', { DERPPort: 65_536 }, ['derp', 'https']],
    ['empty text', { IPv4: '', IPv6: '', CertName: '', STUNTestIP: '' }, ['ipv4', 'ipv6', 'serverName', 'certificate', 'stunTestIp']],
  ])('%s leaves out', (_, node, absent) => {
    const parsed = parseRelayMap(oneNode(node)).regions[0]?.nodes[0];
    expect(parsed).toBeDefined();
    for (const name of absent) expect(parsed).not.toHaveProperty(name);
  });
});

describe('names match as in encoding/json', () => {
  it.each<[string, string, string]>([
    ['the last of several', '{"RegionCode":"a","regioncode":"b"}', 'b'],
    ['whatever its case', '{"regioncode":"b","RegionCode":"a"}', 'a'],
    ['null changes nothing', '{"RegionCode":"a","regioncode":null}', 'a'],
    ['long s and Kelvin sign fold', '{"RegionCode":"x","ſomething":1,"regionCODE":"y"}', 'y'],
    ['a dotless i does not', '{"RegionCode":"a","Regıoncode":"b"}', 'a'],
  ])('%s', (_, region, code) => {
    expect(parseRelayMap(`{"Regions":{"1":${region}}}`).regions[0]?.code).toBe(code);
  });

  it('folds the long s', () => {
    expect(parseRelayMap('{"regionſ":{"1":{}}}').regions.map((region) => region.id)).toEqual(['1']);
  });
});

describe('region keys', () => {
  it('are canonical, in order, of any size within 64 bits', () => {
    const keys = ['12', '007', '+8', '-9', '-0', '9223372036854775807', '-9223372036854775808', '00000000000000000000000000000000000000000000000000005'];
    const map = parseRelayMap({ Regions: Object.fromEntries(keys.map((key) => [key, { RegionCode: key }])) });
    expect(map.regions.map((region) => region.id)).toEqual(['-9223372036854775808', '-9', '0', '5', '7', '8', '12', '9223372036854775807']);
  });

  it.each(['', ' 1', '1 ', '1.0', '1e3', '0x1', '+-1', '--1', '+', '1_000', '٣', '9223372036854775808', '-9223372036854775809', '__proto__', 'x'.repeat(50_000), '9'.repeat(50_000)])('refuses %j', (key) => {
    const error = errorOf(JSON.stringify({ Regions: { '1': {} } }).replace('"1"', JSON.stringify(key)));
    expect(error.message).toContain('key');
    expect(error.path.length).toBeLessThan(60);
  });

  it('for one region: the last wins, with a note', () => {
    const map = parseRelayMap('{"Regions":{"7":{"RegionCode":"a"},"007":{"RegionCode":"b"}}}');
    expect(map.regions.map(({ id, code }) => [id, code])).toEqual([['7', 'b']]);
    expect(map.notes).toContainEqual(expect.objectContaining({ code: 'duplicate', path: 'Regions.7' }));
  });
});

describe('scores', () => {
  it.each<[string, string, number]>([
    ['a score', '{"1":0.7}', 0.7],
    ['none', '{}', 1],
    ['for another region', '{"2":0.7}', 1],
    ['zero', '{"1":0}', 0],
    ['below zero', '{"1":-2}', -2],
    ['null is zero', '{"1":null}', 0],
    ['an odd key', '{"+01":3}', 3],
  ])('%s', (_, scores, factor) => {
    expect(parseRelayMap(`{"Regions":{"1":{}},"HomeParams":{"RegionScore":${scores}}}`).regions[0]?.latencyFactor).toBe(factor);
  });
});

describe('places', () => {
  it.each<[object, object]>([
    [{ Latitude: 0, Longitude: 0 }, {}],
    [{ Latitude: 50.1 }, { latitude: 50.1, longitude: 0 }],
    [{ Longitude: -0.5 }, { latitude: 0, longitude: -0.5 }],
    [{ Latitude: 91, Longitude: 1 }, {}],
    [{ Latitude: 1, Longitude: 181 }, {}],
  ])('%j', (fields, wanted) => {
    const { latitude, longitude } = parseRelayMap({ Regions: { 1: fields } }).regions[0] ?? {};
    expect(JSON.parse(JSON.stringify({ latitude, longitude }))).toEqual(wanted);
  });
});

describe('wrong types', () => {
  it.each<[string, string, string]>([
    ['{"Regions":"x"}', 'Regions', 'must be an object, not a string'],
    ['{"Regions":[]}', 'Regions', 'must be an object, not a list'],
    ['{"Regions":{"1":[]}}', 'Regions.1', 'must be an object, not a list'],
    ['{"Regions":{"1":{"RegionID":"1"}}}', 'Regions.1.RegionID', 'must be a whole number of 64 bits, not "1"'],
    ['{"Regions":{"1":{"RegionCode":1}}}', 'Regions.1.RegionCode', 'must be a string, not a number'],
    ['{"Regions":{"1":{"Latitude":"1"}}}', 'Regions.1.Latitude', 'must be a number, not "1"'],
    ['{"Regions":{"1":{"Latitude":1e400}}}', 'Regions.1.Latitude', 'must be a number, not Infinity'],
    ['{"Regions":{"1":{"Avoid":1}}}', 'Regions.1.Avoid', 'must be true or false, not a number'],
    ['{"Regions":{"1":{"Nodes":{}}}}', 'Regions.1.Nodes', 'must be a list, not an object'],
    ['{"Regions":{"-9":{"Nodes":[{},7]}}}', 'Regions.-9.Nodes[1]', 'must be an object, not a number'],
    ['{"Regions":{"1":{"Nodes":[{"RegionID":1.5}]}}}', 'Regions.1.Nodes[0].RegionID', 'must be a whole number of 64 bits, not 1.5'],
    ['{"Regions":{"1":{"Nodes":[{"STUNPort":"x"}]}}}', 'Regions.1.Nodes[0].STUNPort', 'must be a whole number of 64 bits, not "x"'],
    ['{"Regions":{"1":{"Nodes":[{"STUNOnly":"yes"}]}}}', 'Regions.1.Nodes[0].STUNOnly', 'must be true or false, not a string'],
    ['{"Regions":{"1":{"Nodes":[{"CertName":{}}]}}}', 'Regions.1.Nodes[0].CertName', 'must be a string, not an object'],
    ['{"Regions":{"1":{"Nodes":[{"stuntestip":false}]}}}', 'Regions.1.Nodes[0].STUNTestIP', 'must be a string, not a boolean'],
    ['{"Regions":{},"HomeParams":[]}', 'HomeParams', 'must be an object, not a list'],
    ['{"Regions":{},"HomeParams":{"RegionScore":{"x":1}}}', 'HomeParams.RegionScore', 'the key "x" must be a whole number of 64 bits'],
    ['{"Regions":{},"HomeParams":{"RegionScore":{"1":"2"}}}', 'HomeParams.RegionScore.1', 'must be a number, not "2"'],
    ['{"Regions":{},"omitDefaultRegions":"no"}', 'omitDefaultRegions', 'must be true or false, not a string'],
    ['{"Regions":{"1":{"RegionCode":"__proto__"}}}', 'Regions.1.RegionCode', 'must not be "__proto__"'],
    ['{"Regions":{"1":{"Nodes":[{"Name":"constructor"}]}}}', 'Regions.1.Nodes[0].Name', 'must not be "constructor"'],
  ])('%s', (doc, path, message) => {
    expect(errorOf(doc)).toMatchObject({ path, message: `${path}: ${message}` });
  });
});

describe('oddities become notes', () => {
  it.each<[string, object, string, string]>([
    ['an address that is none', { IPv4: '192.0.02.1' }, 'address', 'Regions.1.Nodes[0].IPv4'],
    ['an address of the other family', { IPv6: '192.0.2.1' }, 'address', 'Regions.1.Nodes[0].IPv6'],
    ['a test address that is none', { STUNTestIP: 'x' }, 'address', 'Regions.1.Nodes[0].STUNTestIP'],
    ['no host', { HostName: '' }, 'host', 'Regions.1.Nodes[0].HostName'],
    ['a host that is more than one', { HostName: 'a.example/x?' }, 'host', 'Regions.1.Nodes[0].HostName'],
    ['no name', { Name: '' }, 'value', 'Regions.1.Nodes[0].Name'],
    ['a STUN port that is none', { STUNPort: -2 }, 'port', 'Regions.1.Nodes[0].STUNPort'],
    ['a DERP port that is none', { DERPPort: 70_000 }, 'port', 'Regions.1.Nodes[0].DERPPort'],
    ['a pin that is none', { CertName: 'sha256-raw:00' }, 'certificate', 'Regions.1.Nodes[0].CertName'],
  ])('%s', (_, node, code, path) => {
    expect(parseRelayMap(oneNode(node)).notes).toMatchObject([{ code, path }]);
  });

  it.each<[string, string, string, string]>([
    ['a key that differs from RegionID', '{"Regions":{"5":{"RegionID":7,"RegionCode":"a"}}}', 'region-id', 'Regions.5.RegionID'],
    ['a place that is none', '{"Regions":{"5":{"RegionCode":"a","Latitude":91}}}', 'place', 'Regions.5.Latitude'],
    ['one code twice', '{"Regions":{"5":{"RegionCode":"a"},"6":{"RegionCode":"a"}}}', 'duplicate', 'Regions.6.RegionCode'],
    ['no code', '{"Regions":{"5":{}}}', 'value', 'Regions.5.RegionCode'],
    ['one node name twice', '{"Regions":{"5":{"RegionCode":"a","Nodes":[{"Name":"x","HostName":"a"},{"Name":"x","HostName":"b"}]}}}', 'duplicate', 'Regions.5.Nodes[1].Name'],
    ['no regions', '{}', 'empty', 'Regions'],
  ])('%s', (_, doc, code, path) => {
    expect(parseRelayMap(doc).notes).toMatchObject([{ code, path }]);
  });

  it.each([{}, { IPv4: 'none', IPv6: 'none' }, { STUNPort: -1 }, { STUNOnly: true }, { STUNTestIP: '::1' }])('not so: %j', (node) => {
    expect(parseRelayMap(oneNode(node))).not.toHaveProperty('notes');
  });
});
