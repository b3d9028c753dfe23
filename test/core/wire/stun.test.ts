import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatEndpoint } from '../../../core/model/address.ts';
import { decodeBindingRequest, decodeBindingResponse, encodeBindingRequest, encodeBindingResponse, isStun } from '../../../core/wire/stun.ts';
import { bytes, fingerprint, hex, message, RFC5769_REQUEST, RFC5769_RESPONSE_V4, RFC5769_RESPONSE_V6, RFC5769_TXID, signed } from './stun-packets.ts';

interface Refusal { readonly error: true; readonly reason: string }
interface Vectors {
  readonly request: { readonly name: string; readonly txid: string; readonly expect: { readonly packet: string } };
  readonly response: { readonly name: string; readonly txid: string; readonly addr: string; readonly expect: { readonly packet: string } };
  readonly parse: {
    readonly name: string;
    readonly packet: string;
    readonly expect: {
      readonly is: boolean;
      readonly request: { readonly txid: string } | Refusal;
      readonly response: { readonly txid: string; readonly addr: string } | Refusal;
    };
  };
}
const { cases } = JSON.parse(readFileSync(new URL('../../vectors/stun-2026.json', import.meta.url), 'utf8')) as { cases: { op: string }[] };
const vectors = <Op extends keyof Vectors>(op: Op): Vectors[Op][] => cases.filter((vector) => vector.op === op) as unknown as Vectors[Op][];

describe('as Tailscale 1.102 does it', () => {
  test.each(vectors('request'))('encodes $name', ({ txid, expect: { packet } }) => {
    expect(hex(encodeBindingRequest(bytes(txid)))).toBe(packet);
  });

  test.each(vectors('response'))('encodes $name to $addr', ({ txid, addr, expect: { packet } }) => {
    const [, v6, v4, port] = /^(?:\[(.+)\]|(.+)):(\d+)$/.exec(addr) ?? [];
    expect(hex(encodeBindingResponse(bytes(txid), v6 ?? v4 ?? '', Number(port)))).toBe(packet);
  });

  test.each(vectors('parse'))('reads $name', ({ packet, expect: { is, request, response } }) => {
    expect(isStun(bytes(packet))).toBe(is);
    expect(readRequest(packet)).toEqual('error' in request ? undefined : request.txid);
    expect(readResponse(packet)).toEqual('error' in response ? undefined : { txid: response.txid, endpoint: response.addr });
  });
});

function readRequest(packet: string, options?: { plain: boolean }): string | undefined {
  const request = decodeBindingRequest(bytes(packet), options);
  return request && hex(request.txid);
}

function readResponse(packet: string): { txid: string; endpoint: string } | undefined {
  const response = decodeBindingResponse(bytes(packet));
  return response && { txid: hex(response.txid), endpoint: formatEndpoint(response.address, response.port) };
}

const TXID = '000102030405060708090a0b';
const TAILNODE = '80220008 7461696c6e6f6465';

test.each([
  ['00', true], ['3f', true], ['40', false], ['80', false], ['c0', false],
])('a first byte 0x%s can be STUN: %s', (first, is) => {
  expect(isStun(bytes(message(`${first}01`, TXID, '')))).toBe(is);
});

describe('a request, as a DERP server reads it', () => {
  // With four bytes more behind its value, a fingerprint has to cover its own header: what counts ends eight bytes before the packet's end.
  const upToFirstFingerprint = message('0001', TXID, `${TAILNODE} 80280004`, 24);

  test.each([
    ['with a length field that lies', signed(TXID, TAILNODE, 0x7777), true],
    ['with a length field of zero', signed(TXID, TAILNODE, 0), true],
    ['with other software after tailnode', signed(TXID, `${TAILNODE} 80220001 78000000`), true],
    ['with software that only begins with tailnode', signed(TXID, '80220009 7461696c6e6f6465 78000000'), false],
    ['with software in capitals', signed(TXID, '80220008 5441494c4e4f4445'), false],
    ['with an unknown comprehension-required attribute', signed(TXID, `7fff0000 ${TAILNODE}`), true],
    ['with a wrong fingerprint before the right one', signed(TXID, `${TAILNODE} 80280004 01020304`), true],
    ['with another attribute after a fingerprint that covers all but eight bytes', `${upToFirstFingerprint}${fingerprint(upToFirstFingerprint)}77770000`, false],
    ['with an empty fingerprint after the right one', `${upToFirstFingerprint}${fingerprint(upToFirstFingerprint)}80280000`, true],
    ['with a fingerprint of eight bytes', message('0001', TXID, `${TAILNODE} 80280008 0000000000000000`), false],
    ['without a fingerprint', message('0001', TXID, TAILNODE), false],
    ['of the RFC\'s own', RFC5769_REQUEST, false],
    ['that is plain', message('0001', TXID, ''), false],
  ])('%s', (_name, packet, answered) => {
    expect(readRequest(packet)).toBe(answered ? packet.slice(16, 40) : undefined);
  });

  test('any single bit that flips on the way is noticed', () => {
    const packet = encodeBindingRequest(bytes(TXID));
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const flipped = packet.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(decodeBindingRequest(flipped), `bit ${bit}`).toBeUndefined();
    }
  });
});

describe('a request, as a general server reads it', () => {
  test.each([
    ['that is plain', message('0001', TXID, ''), true],
    ['of a DERP client', signed(TXID, TAILNODE), true],
    ['of the RFC\'s own, with credentials', RFC5769_REQUEST, true],
    ['with an unknown attribute', message('0001', TXID, '7fff0001 01000000'), true],
    ['with a wrong fingerprint', message('0001', TXID, '80280004 01020304'), false],
    ['with something after its fingerprint', `${signed(TXID, TAILNODE, 24)}80220000`, false],
    ['with an empty fingerprint', message('0001', TXID, '80280000'), false],
    ['with less than its length says', message('0001', TXID, '', 4), false],
    ['with more than its length says', message('0001', TXID, '7fff0000', 0), false],
    ['with an attribute cut short', message('0001', TXID, '7fff0005 01020304'), false],
    ['with half an attribute header', message('0001', TXID, '7fff'), false],
    ['that is an indication', message('0011', TXID, ''), false],
    ['that is a response', message('0101', TXID, ''), false],
    ['that asks for an allocation', message('0003', TXID, ''), false],
    ['without the magic cookie (RFC 3489)', message('0001', TXID, '').replace('2112a442', '2112a443'), false],
    ['that is empty', '', false],
  ])('%s', (_name, packet, answered) => {
    expect(readRequest(packet, { plain: true })).toBe(answered ? packet.slice(16, 40) : undefined);
  });
});

describe('a response', () => {
  test.each([
    ['RFC 5769 section 2.2', RFC5769_RESPONSE_V4, '192.0.2.1:32853'],
    ['RFC 5769 section 2.3', RFC5769_RESPONSE_V6, '[2001:db8:1234:5678:11:2233:4455:6677]:32853'],
  ])('%s', (_name, packet, endpoint) => {
    expect(readResponse(packet)).toEqual({ txid: RFC5769_TXID, endpoint });
    // The sample is copied right: its own fingerprint says so.
    expect(fingerprint(packet.slice(0, -16))).toBe(packet.slice(-8));
  });

  const V4 = '0001 a2a9 cb007107';
  test.each([
    ['the longest zeros are shortened', '0002 0001 20010db8000000000001000000000000', '[2001:db8:0:0:1::]:1'],
    ['of two runs as long, the first', '0002 0001 20010db8000000000001000000000001', '[2001:db8::1:0:0:1]:1'],
    ['one zero group stays', '0002 0001 20010db8000000010001000100010001', '[2001:db8:0:1:1:1:1:1]:1'],
    ['the unspecified address', '0002 0000 00000000000000000000000000000000', '[::]:0'],
    ['v4-mapped', '0002 0050 00000000000000000000ffffcb007107', '203.0.113.7:80'],
    ['v4-compatible is not v4-mapped', '0002 0050 000000000000000000000000cb007107', '[::cb00:7107]:80'],
    ['v4, port 0', '0001 0000 cb007107', '203.0.113.7:0'],
    ['v6 in the length of v4', '0002 0050 cb007107', undefined],
    ['family 3', '0003 0050 20010db8000000000001000000000000', undefined],
    ['family 0x0101, of which only the low byte is one', '0101 0050 cb007107', '203.0.113.7:80'],
    ['no value', '', undefined],
  ])('address text: %s', (_name, value, endpoint) => {
    const packet = message('0101', TXID, `0001 ${bytes(value).length.toString(16).padStart(4, '0')} ${value}`);
    expect(readResponse(packet)?.endpoint).toBe(endpoint);
  });

  test.each([
    ['an XOR-MAPPED-ADDRESS without a value after a good one', message('0101', TXID, `00010008 ${V4} 00200000`), undefined],
    ['a draft XOR-MAPPED-ADDRESS that is broken', message('0101', TXID, `00010008 ${V4} 80200004 00010001`), undefined],
    ['a length that is no multiple of four', message('0101', TXID, `00010008 ${V4} 77770001 01`), undefined],
    ['a length that cuts an attribute', message('0101', TXID, `00010008 ${V4}`, 8), undefined],
    ['an error response with an address', message('0111', TXID, `00010008 ${V4}`), undefined],
    ['its first byte like RTP', message('8101', TXID, `00010008 ${V4}`), undefined],
    ['rubbish after its end', `${message('0101', TXID, `00010008 ${V4}`)}ffffff`, '203.0.113.7:41641'],
  ])('with %s', (_name, packet, endpoint) => {
    expect(readResponse(packet)?.endpoint).toBe(endpoint);
  });
});

describe('what is encoded', () => {
  const txid = bytes(TXID);

  test('a plain request is a header alone', () => {
    expect(hex(encodeBindingRequest(txid, { plain: true }))).toBe(message('0001', TXID, ''));
  });

  test.each([
    ['192.0.2.1', 3478, '192.0.2.1'],
    ['255.255.255.255', 65_535, '255.255.255.255'],
    ['2001:DB8:0:0:0:0:0:7', 41_641, '2001:db8::7'],
    ['::ffff:203.0.113.7', 1, '203.0.113.7'],
    ['fe80::1%eth0', 1, 'fe80::1'],
  ])('a response to %s comes back', (address, port, text) => {
    expect(decodeBindingResponse(encodeBindingResponse(txid, address, port))).toEqual({ txid, address: text, port });
  });

  test('a decoded transaction id does not change with the buffer', () => {
    const packet = Buffer.from(encodeBindingResponse(txid, '192.0.2.1', 1));
    const response = decodeBindingResponse(packet);
    packet.fill(0);
    expect(response?.txid).toEqual(txid);
  });

  test('packets are their own: one does not show through another', () => {
    const first = encodeBindingRequest(txid);
    encodeBindingRequest(new Uint8Array(12).fill(255)).fill(0);
    expect(first).toEqual(encodeBindingRequest(txid));
  });

  test.each<[string, () => unknown, new (message: string) => Error, string]>([
    ['11 bytes', () => encodeBindingRequest(new Uint8Array(11)), RangeError, 'txid: must have 12 bytes, has 11'],
    ['13 bytes', () => encodeBindingRequest(new Uint8Array(13), { plain: true }), RangeError, 'txid: must have 12 bytes, has 13'],
    ['text', () => encodeBindingRequest('twelve bytes' as unknown as Uint8Array), TypeError, 'txid: must be a Uint8Array, is string'],
    ['null', () => encodeBindingResponse(null as unknown as Uint8Array, '::1', 1), TypeError, 'txid: must be a Uint8Array, is null'],
    ['a host name', () => encodeBindingResponse(txid, 'localhost', 1), TypeError, 'address: must be an IP address as text, is "localhost"'],
    ['brackets', () => encodeBindingResponse(txid, '[::1]', 1), TypeError, 'address: must be an IP address as text, is "[::1]"'],
    ['no address', () => encodeBindingResponse(txid, undefined as unknown as string, 1), TypeError,
      'address: must be an IP address as text, is undefined'],
    ['port 65536', () => encodeBindingResponse(txid, '::1', 65_536), RangeError, 'port: must be an integer from 0 to 65535, is 65536'],
    ['port −1', () => encodeBindingResponse(txid, '::1', -1), RangeError, 'port: must be an integer from 0 to 65535, is -1'],
    ['port 0.5', () => encodeBindingResponse(txid, '::1', 0.5), RangeError, 'port: must be an integer from 0 to 65535, is 0.5'],
    ['port NaN', () => encodeBindingResponse(txid, '::1', Number.NaN), RangeError, 'port: must be an integer from 0 to 65535, is NaN'],
  ])('refuses %s', (_name, encode, type, text) => {
    expect(encode).toThrow(new type(text));
    expect(encode).toThrow(type);
  });
});
