import { crc32 } from 'node:zlib';

/** A second reading of the same rules, written for plainness and with nothing of ours, to judge the fast one by. */

interface Attribute { readonly type: number; readonly value: Buffer }

function isMessage(packet: Buffer, type: number): boolean {
  return packet.length >= 20 && packet.readUInt16BE(0) === type && packet.readUInt32BE(4) === 0x2112a442;
}

/** All attributes, or undefined if they do not end where the bytes do. */
function attributesOf(body: Buffer): Attribute[] | undefined {
  const attributes: Attribute[] = [];
  let rest = body;
  while (rest.length > 0) {
    if (rest.length < 4) return undefined;
    const length = rest.readUInt16BE(2);
    const padded = Math.ceil(length / 4) * 4;
    if (rest.length < 4 + padded) return undefined;
    attributes.push({ type: rest.readUInt16BE(0), value: rest.subarray(4, 4 + length) });
    rest = rest.subarray(4 + padded);
  }
  return attributes;
}

interface Endpoint { readonly address: string; readonly port: number }

function endpointOf(value: Buffer, pad: Buffer): Endpoint | undefined {
  const length = [0, 4, 16][value[1] ?? 0];
  if (value.length < 4 || !length || value.length < 4 + length) return undefined;
  const xored = (from: number, count: number, padFrom: number): number[] =>
    [...value.subarray(from, from + count)].map((byte, index) => byte ^ (pad[padFrom + index] ?? 0));
  return { port: Buffer.from(xored(2, 2, 0)).readUInt16BE(), address: textOf(xored(4, length, 0)) };
}

/** The text of an address as a browser writes it in a URL: RFC 5952, but for v4-mapped ones. */
function textOf(ip: number[]): string {
  const text = Buffer.from(ip).toString('hex');
  if (ip.length === 16 && text.startsWith('00000000000000000000ffff')) return textOf(ip.slice(12));
  return ip.length === 4 ? ip.join('.') : new URL(`http://[${text.replaceAll(/....(?=.)/g, '$&:')}]/`).hostname.slice(1, -1);
}

/** What a client may take from a packet. */
export function readResponse(packet: Buffer): Endpoint & { readonly txid: string } | undefined {
  if (!isMessage(packet, 0x0101) || packet.length < 20 + packet.readUInt16BE(2)) return undefined;
  const attributes = attributesOf(packet.subarray(20, 20 + packet.readUInt16BE(2)));
  const endpoints = (types: number[], pad: Buffer): (Endpoint | undefined)[] =>
    (attributes ?? []).filter(({ type }) => types.includes(type)).map(({ value }) => endpointOf(value, pad));
  const xored = endpoints([0x0020, 0x8020], packet.subarray(4, 20));
  const plain = endpoints([0x0001], Buffer.alloc(16));
  const endpoint = xored.at(-1) ?? plain.at(-1);
  if (!endpoint || [...xored, ...plain].includes(undefined)) return undefined;
  return { txid: packet.toString('hex', 8, 20), ...endpoint };
}

const fingerprintOf = (packet: Buffer): number => (crc32(packet) ^ 0x5354554e) >>> 0;

/** Whether a DERP server answers. */
export function isTailscaleRequest(packet: Buffer): boolean {
  const attributes = isMessage(packet, 0x0001) ? attributesOf(packet.subarray(20)) : undefined;
  if (!attributes?.some(({ type, value }) => type === 0x8022 && value.toString('latin1') === 'tailnode') || attributes.at(-1)?.type !== 0x8028) return false;
  const fingerprint = attributes.findLast(({ type, value }) => type === 0x8028 && value.length === 4)?.value.readUInt32BE() ?? 0;
  return fingerprint === fingerprintOf(packet.subarray(0, -8));
}

/** Whether a general server answers. */
export function isPlainRequest(packet: Buffer): boolean {
  const attributes = isMessage(packet, 0x0001) && packet.readUInt16BE(2) === packet.length - 20 ? attributesOf(packet.subarray(20)) : undefined;
  const first = attributes?.findIndex(({ type }) => type === 0x8028);
  if (!attributes || first === undefined || first < 0) return attributes !== undefined;
  const { value } = attributes[first] ?? { value: Buffer.of() };
  return first === attributes.length - 1 && value.length === 4 && value.readUInt32BE() === fingerprintOf(packet.subarray(0, -8));
}
