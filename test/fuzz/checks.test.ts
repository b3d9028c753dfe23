import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { familyOf, parseIp } from '../../core/model/address.ts';
import { natPmpRequest, parseNatPmpResponse } from '../../node/checks/nat-pmp.ts';
import { encodePcpAnnounce, parsePcpResponse } from '../../node/checks/pcp.ts';
import { encodeSearch, gatewayTarget, isGatewayDevice } from '../../node/checks/upnp.ts';
import { parseArp } from '../../node/network/neighbour.ts';
import { parseProcRoute, parseRouteGet, parseRoutePrint } from '../../node/network/route-table.ts';
import type { DefaultRoute } from '../../node/network/route-table.ts';

const runs = { numRuns: 2000 };
const ipv4 = fc.tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.nat(255)).map((bytes) => bytes.join('.'));
const interfaceName = fc.stringMatching(/^[a-z]{1,10}[0-9]{0,4}$/);
/** Any text, and texts of the words that tables are made of, so that some get past the first checks. */
const tableText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.array(fc.constantFrom('00000000', '0102A8C0', '0003', '0', '100', 'eth0', '\n', '\t', ' ', '0.0.0.0', '192.168.1.1', '10.8.0.2', '25', '-1', '1e9', 'gateway: ', 'interface: ', '\r\n', '0x1', '00:00:5e:00:53:01', '0-0-5e-0-53-1', '(', ')', '\0', '9'.repeat(30)), { maxLength: 80 }).map((words) => words.join('')),
);
/** Bytes near a valid answer: some changed, cut or added. */
const near = (valid: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.tuple(fc.nat(valid.length + 8), fc.array(fc.tuple(fc.nat(valid.length + 8), fc.nat(255)), { maxLength: 4 })).map(([length, changes]) => {
    const bytes = new Uint8Array(length);
    bytes.set(valid.subarray(0, length));
    for (const [at, value] of changes) if (at < length) bytes[at] = value;
    return bytes;
  });

describe('route tables', () => {
  const parsers: [string, (text: string) => DefaultRoute | undefined][] = [['proc', parseProcRoute], ['print', parseRoutePrint], ['get', parseRouteGet]];
  test.each(parsers)('%s: any text gives a gateway that is an IPv4 address, or none', (_name, parse) => {
    fc.assert(fc.property(tableText, (text) => {
      const route = parse(text);
      if (!route) return;
      const ip = parseIp(route.gateway);
      expect(ip && familyOf(ip)).toBe(4);
      expect(route.interfaceName).toMatch(/^\S+$/);
    }), runs);
  });

  test('the route of lowest metric is found among others', () => {
    const row = fc.record({ gateway: ipv4, interfaceName, metric: fc.nat(0xffff) });
    fc.assert(fc.property(fc.uniqueArray(row, { selector: (row) => row.metric, minLength: 1, maxLength: 10 }), (rows) => {
      const [lowest] = rows.toSorted((a, b) => a.metric - b.metric);
      const wanted = { gateway: lowest?.gateway, interfaceName: lowest?.interfaceName };
      const hex = (address: string): string => address.split('.').reverse().map((byte) => Number(byte).toString(16).padStart(2, '0')).join('');
      expect(parseProcRoute(rows.map((row) => `${row.interfaceName} 00000000 ${hex(row.gateway)} 0003 0 0 ${row.metric} 00000000 0 0 0`).join('\n'))).toEqual(wanted);
      expect(parseRoutePrint(rows.map((row) => `  0.0.0.0  0.0.0.0  ${row.gateway}  ${row.interfaceName}  ${row.metric}`).join('\r\n'))).toEqual(wanted);
    }), { numRuns: 300 });
  });

  test('a huge table takes no time', () => {
    const start = performance.now();
    for (const parse of parsers.map(([, parse]) => parse)) for (const text of [' '.repeat(65_536), '\n'.repeat(65_536), 'gateway: '.repeat(7000), `interface: ${'a'.repeat(65_000)}`]) parse(text);
    parseArp(' 192.168.1.1'.repeat(5000), '192.168.1.1');
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

test('neighbours: any text gives a hardware address that is one, or none', () => {
  fc.assert(fc.property(tableText, (text) => {
    const found = parseArp(text, '192.168.1.1');
    if (found !== undefined) expect(found).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);
  }), runs);
});

describe('NAT-PMP', () => {
  const success = Uint8Array.of(0, 128, 0, 0, 0, 0, 0, 9, 203, 0, 113, 7);
  test('accepts exactly its answers', () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), near(success)), (bytes) => {
      const result = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
      const isOne = bytes[0] === 0 && bytes[1] === 128 && (bytes.length === 12 || (bytes.length === 8 && result !== 0));
      expect(parseNatPmpResponse(bytes)).toEqual(isOne ? { result } : undefined);
    }), runs);
    expect(parseNatPmpResponse(success)).toEqual({ result: 0 });
    expect(parseNatPmpResponse(natPmpRequest)).toBeUndefined();
  });
});

describe('PCP', () => {
  const success = Uint8Array.of(2, 0x80, 0, 0, ...new Uint8Array(20));
  test('accepts exactly its answers', () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 1200 }), near(success)), (bytes) => {
      const isOne = bytes[0] === 2 && bytes[1] === 0x80 && bytes.length >= 24 && bytes.length <= 1100 && bytes.length % 4 === 0;
      expect(parsePcpResponse(bytes)).toEqual(isOne ? { result: bytes[3] } : undefined);
    }), runs);
    expect(parsePcpResponse(success)).toEqual({ result: 0 });
  });

  test.each([[1100, true], [1104, false]])('of %s bytes: %s', (length, wanted) => {
    const bytes = new Uint8Array(length);
    bytes.set(success);
    expect(parsePcpResponse(bytes) !== undefined).toBe(wanted);
  });

  test('a request is no answer, and carries the address (RFC 6887 section 7.1)', () => {
    fc.assert(fc.property(ipv4, (address) => {
      const ip = parseIp(address);
      if (!ip) throw new Error(address);
      const bytes = encodePcpAnnounce(ip);
      expect(parsePcpResponse(bytes)).toBeUndefined();
      expect([...bytes]).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...ip.bytes]);
    }), { numRuns: 200 });
    const six = parseIp('2001:db8::1');
    expect(six && [...encodePcpAnnounce(six).subarray(8)]).toEqual(six && [...six.bytes]);
  });
});

describe('SSDP', () => {
  const text = `HTTP/1.1 200 OK\r\nST: ${gatewayTarget}\r\nUSN: uuid:1::${gatewayTarget}\r\n\r\n`;
  const valid = new TextEncoder().encode(text);
  test('any bytes are judged without an exception, and no bytes without a status of 200', () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 2000 }), near(valid)), (bytes) => {
      const isOne = isGatewayDevice(bytes);
      if (isOne) expect(new TextDecoder().decode(bytes)).toMatch(/^HTTP\/1\.[01] 200/i);
    }), runs);
    expect(isGatewayDevice(valid)).toBe(true);
    expect(isGatewayDevice(encodeSearch(gatewayTarget))).toBe(false);
  });

  test('headers in any order and case, lines ended either way, other headers between', () => {
    const other = fc.constantFrom('EXT:', 'SERVER: x/1 UPnP/1.0 y', 'LOCATION: http://192.168.1.1:5000/x.xml', 'no colon', 'ST', ':InternetGatewayDevice:');
    const field = fc.constantFrom(`ST: ${gatewayTarget}`, `st:${gatewayTarget}`, `Usn: uuid:a::${gatewayTarget}`);
    fc.assert(fc.property(fc.array(other, { maxLength: 20 }), field, fc.array(other, { maxLength: 20 }), fc.constantFrom('\r\n', '\n'), (before, field, after, end) => {
      const encode = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(['HTTP/1.1 200 OK', ...lines, '', ''].join(end));
      expect(isGatewayDevice(encode([...before, field, ...after]))).toBe(true);
      expect(isGatewayDevice(encode([...before, ...after]))).toBe(false);
    }), runs);
  });

  test('no longer than a datagram of a LAN', () => {
    const long = new TextEncoder().encode(text.replace('\r\n\r\n', `\r\nX: ${'x'.repeat(1500)}\r\n\r\n`));
    expect(isGatewayDevice(long)).toBe(false);
  });
});
