import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RelayMapError } from '../../core/errors.ts';
import { formatRelayMap } from '../../core/map/format.ts';
import { parseRelayMap } from '../../core/map/parse.ts';
import type { RelayMap } from '../../core/model/map.ts';

const { cases } = JSON.parse(readFileSync(new URL('../vectors/derpmap-2026.json', import.meta.url), 'utf8')) as { cases: { doc: string; expect: { error?: true } }[] };

const ours = JSON.stringify({
  version: 1,
  regions: [
    { id: '1', code: 'fra', name: 'Frankfurt', latitude: 50.1, longitude: 8.7, avoid: false, noHome: false, latencyFactor: 1, weight: 1, service: 'wss://fra.example.org',
      nodes: [{ name: '1a', host: 'fra1.example.org', ipv4: '192.0.2.1', ipv6: '2001:db8::1', stun: { port: 3478, dialect: 'plain' }, https: { port: 443, path: '/derp/probe', scheme: 'https' },
        derp: { port: 443 }, websocket: 'wss://fra1.example.org/echo', turn: { urls: ['turn:fra1.example.org'], username: 'u', credential: 'c' }, certificate: `sha256-raw:${'0'.repeat(64)}`, insecure: false }] },
    { id: 2, nodes: [] },
  ],
});
const servers = JSON.stringify([{ urls: ['stun:a.example:19302', 'turn:a.example'], username: 'u', credential: 'c' }, { urls: 'turns:[2001:db8::1]:443?transport=tcp' }]);
const documents = [ours, servers, ...cases.filter((one) => !one.expect.error).map((one) => one.doc)];

/** The map, undefined where the document is refused. Anything but a `RelayMapError` fails, and so does one that hides a fault of ours. */
function read(document: unknown): RelayMap | undefined {
  try {
    return parseRelayMap(document as object);
  } catch (error) {
    if (!(error instanceof RelayMapError)) throw error;
    expect(error.code).not.toBe('unreadable');
    expect(error.message.length).toBeLessThan(400);
    return undefined;
  }
}

function checkMap(map: RelayMap | undefined): void {
  if (!map) return;
  expect(new Set(map.regions.map((region) => region.id)).size).toBe(map.regions.length);
  expect(parseRelayMap(formatRelayMap(map))).toStrictEqual(map);
  expect(parseRelayMap(JSON.stringify(formatRelayMap(map)))).toStrictEqual(map);
}

/** Every place in a document: the way to each value. */
function placesIn(value: unknown, way: (string | number)[] = []): (string | number)[][] {
  const children = Array.isArray(value) ? [...value.entries()] : value !== null && typeof value === 'object' ? Object.entries(value) : [];
  return [way, ...children.flatMap(([key, child]) => placesIn(child, [...way, key]))];
}

function replaced(value: unknown, [key, ...rest]: (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy: unknown = Array.isArray(value) ? [...value] : { ...(value as object) };
  (copy as Record<string | number, unknown>)[key] = replaced((copy as Record<string | number, unknown>)[key], rest, by);
  return copy;
}

// Values at which rules turn.
const edgy = fc.constantFrom<unknown>(
  undefined, null, true, 0, -0, 1, -1, 65_535, 65_536, 1.5, 2 ** 53, 2 ** 63, 2 ** 64, -1e300, '', 'none', '127.0.0.1', '::1', '1', '007', '-9', '__proto__', 'constructor', 'a.example', 'turn:a.example',
  'wss://a.example', 'sha256-raw:', '\ud800', [], {}, [null], [{}], { '1': {} }, { '': 1 }, [[]],
);
const anyValue = fc.oneof({ weight: 3, arbitrary: edgy }, fc.jsonValue(), fc.anything());

describe('parseRelayMap', () => {
  it('of any JSON gives a map or a RelayMapError', () => {
    fc.assert(fc.property(fc.json(), (text) => checkMap(read(text))), { numRuns: 1000 });
  });

  it('of any text gives a map or a RelayMapError', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => checkMap(read(text))), { numRuns: 1000 });
  });

  it('of anything with the names of a map gives a map or a RelayMapError', () => {
    const node = fc.dictionary(fc.constantFrom('name', 'host', 'Name', 'HostName', 'ipv4', 'IPv6', 'stun', 'STUNPort', 'turn', 'CertName', 'https', 'DERPPort', 'certificate', 'stuntestip'), anyValue);
    const region = fc.oneof(anyValue, fc.record({ id: anyValue, nodes: fc.array(node), Nodes: fc.array(node), RegionID: anyValue, urls: fc.array(anyValue), latitude: anyValue, Latitude: anyValue }, { requiredKeys: [] }));
    const document = fc.oneof(
      fc.record({ version: fc.constant(1), regions: fc.array(region) }),
      fc.record({ Regions: fc.dictionary(fc.oneof(fc.integer().map(String), fc.string()), region), HomeParams: anyValue }, { requiredKeys: ['Regions'] }),
      fc.array(region),
    );
    fc.assert(fc.property(document, (value) => checkMap(read(value))), { numRuns: 2000 });
  });

  it('of a real document with one value changed gives a map or a RelayMapError', () => {
    const change = fc.constantFrom(...documents).chain((text) => {
      const document: unknown = JSON.parse(text);
      return fc.record({ document: fc.constant(document), way: fc.constantFrom(...placesIn(document)), by: anyValue });
    });
    let taken = 0;
    let refused = 0;
    fc.assert(fc.property(change, ({ document, way, by }) => {
      const map = read(replaced(document, way, by));
      if (map) taken++;
      else refused++;
      checkMap(map);
    }), { numRuns: 3000 });
    // Otherwise this tests one half only.
    expect(Math.min(taken, refused)).toBeGreaterThan(300);
  });

  it('of a real document with its text cut, doubled or flipped gives a map or a RelayMapError', () => {
    const change = fc.record({ text: fc.constantFrom(...documents), from: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(40), by: fc.oneof(fc.constant(''), fc.string({ maxLength: 3 }), fc.constantFrom('null', '{}', '[]', '"', ':1,')) });
    fc.assert(fc.property(change, ({ text, from, length, by }) => {
      const at = Math.floor(from * text.length);
      checkMap(read(text.slice(0, at) + by + text.slice(at + length)));
    }), { numRuns: 3000 });
  });
});
