import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FleetError, fleet, parseFleet, weather } from '../../lab/index.ts';

const relay = { code: 'fra', rttMs: 8 };

test.each<[string, unknown]>([
  ['the least', { relays: [relay] }],
  ['the built-in fleet', { relays: fleet }],
  ['all fields', {
    relays: [{ ...relay, name: 'Frankfurt', latitude: 50.1, longitude: 8.7, dialect: 'tailscale', delayMs: 1, jitterMs: 2, lossRate: 0.5, udp: false, tcp: 'refused', dead: true }],
    host: '::1', ipv6: false, seed: 0, port: 40_000,
  }],
])('takes %s, as text and as an object', (_, document) => {
  expect(parseFleet(JSON.stringify(document))).toEqual(document);
  expect(parseFleet(document as object)).toEqual(document);
});

test.each<[string, unknown, string, FleetError['code']]>([
  ['a list', [], '', 'wrong'],
  ['nothing', null, '', 'wrong'],
  ['no relays', {}, 'relays', 'missing'],
  ['an empty list', { relays: [] }, 'relays', 'wrong'],
  ['too many', { relays: Array.from({ length: 257 }, (_, n) => ({ code: `r${n}`, rttMs: 1 })) }, 'relays', 'wrong'],
  ['an unknown field', { relays: [relay], relay }, 'relay', 'unknown'],
  ['a field that objects have', JSON.parse('{"relays":[{"code":"fra","rttMs":8}],"__proto__":{}}'), '__proto__', 'unknown'],
  ['a host name', { relays: [relay], host: 'localhost' }, 'host', 'wrong'],
  ['a wildcard', { relays: [relay], host: '0.0.0.0' }, 'host', 'wrong'],
  ['half a seed', { relays: [relay], seed: 0.5 }, 'seed', 'wrong'],
  ['a port out of range', { relays: [relay], port: 65_536 }, 'port', 'wrong'],
  ['a port without room for all', { relays: [relay, { ...relay, code: 'ams' }], port: 65_533 }, 'port', 'wrong'],
  ['a relay that is none', { relays: [relay, 7] }, 'relays[1]', 'wrong'],
  ['no code', { relays: [{ rttMs: 8 }] }, 'relays[0].code', 'missing'],
  ['no round trip', { relays: [{ code: 'fra' }] }, 'relays[0].rttMs', 'missing'],
  ['a round trip as text', { relays: [{ code: 'fra', rttMs: '8' }] }, 'relays[0].rttMs', 'wrong'],
  ['a negative round trip', { relays: [{ code: 'fra', rttMs: -1 }] }, 'relays[0].rttMs', 'wrong'],
  ['no number at all', { relays: [{ code: 'fra', rttMs: NaN }] }, 'relays[0].rttMs', 'wrong'],
  ['an upper-case code', { relays: [{ code: 'FRA', rttMs: 8 }] }, 'relays[0].code', 'wrong'],
  ['a code that objects have', { relays: [{ code: 'constructor', rttMs: 8 }] }, 'relays[0].code', 'wrong'],
  ['a name with a line break', { relays: [{ ...relay, name: 'a\nb' }] }, 'relays[0].name', 'wrong'],
  ['half a place', { relays: [{ ...relay, latitude: 50 }] }, 'relays[0]', 'missing'],
  ['a place off the globe', { relays: [{ ...relay, latitude: 91, longitude: 0 }] }, 'relays[0].latitude', 'wrong'],
  ['more loss than all', { relays: [{ ...relay, lossRate: 1.1 }] }, 'relays[0].lossRate', 'wrong'],
  ['an unknown dialect', { relays: [{ ...relay, dialect: 'klingon' }] }, 'relays[0].dialect', 'wrong'],
  ['an unknown TCP state', { relays: [{ ...relay, tcp: 'shut' }] }, 'relays[0].tcp', 'wrong'],
  ['UDP as text', { relays: [{ ...relay, udp: 'no' }] }, 'relays[0].udp', 'wrong'],
  ['a misspelt field', { relays: [{ ...relay, jitter: 2 }] }, 'relays[0].jitter', 'unknown'],
  ['a code twice', { relays: [relay, relay] }, 'relays[1].code', 'duplicate'],
])('refuses %s and says where', (_, document, path, code) => {
  const refused = (): unknown => parseFleet(document as object);
  expect(refused).toThrow(FleetError);
  expect(refused).toThrow(expect.objectContaining({ path, code, message: path ? expect.stringMatching(/^[\w[\].]+: /) : expect.anything() }));
});

test.each(['', '{', 'relays', '{"relays":[}'])('refuses text that is not JSON: %j', (text) => {
  expect(() => parseFleet(text)).toThrow(expect.objectContaining({ name: 'FleetError', code: 'not-json' }));
});

test('any JSON is read or refused, and nothing else is thrown', () => {
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('fra', 'plain', 'open', 8, 0.5, true));
  const some = fc.dictionary(fc.constantFrom('code', 'rttMs', 'name', 'latitude', 'longitude', 'udp', 'tcp', 'x'), field);
  const document = fc.oneof(fc.jsonValue(), fc.record({ relays: fc.array(some), port: field, host: field }, { requiredKeys: [] }));
  fc.assert(fc.property(document, (value) => {
    try {
      expect(parseFleet(JSON.stringify(value)).relays.length).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toBeInstanceOf(FleetError);
      expect((error as Error).message.length).toBeLessThan(400);
    }
  }));
});

test('every preset is a weather that a relay can start in', () => {
  for (const preset of Object.values(weather)) expect(parseFleet({ relays: [{ ...relay, ...preset }] }).relays[0]).toMatchObject(preset);
});
