import { crc32 } from 'node:zlib';

/** Bytes of hex; white space is for the eye. */
export const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
export const hex = (packet: Uint8Array): string => Buffer.from(packet).toString('hex');

/** A message of attributes in hex; `length` is what its header claims. */
export function message(type: string, txid: string, attributes: string, length: number = bytes(attributes).length): string {
  return `${type}${length.toString(16).padStart(4, '0')}2112a442${txid}${attributes.replaceAll(/\s/g, '')}`;
}

/** The value of FINGERPRINT over a packet so far, by zlib's CRC-32 and not ours. */
export const fingerprint = (packet: string): string => ((crc32(bytes(packet)) ^ 0x5354554e) >>> 0).toString(16).padStart(8, '0');

/** A request that ends with a right FINGERPRINT; its header counts that in, unless `length` says otherwise. */
export function signed(txid: string, attributes: string, length: number = bytes(attributes).length + 8): string {
  const start = message('0001', txid, attributes, length);
  return `${start}80280004${fingerprint(start)}`;
}

/** The samples of RFC 5769, sections 2.1 to 2.3. */
export const RFC5769_TXID = 'b7e7a701bc34d686fa87dfae';
export const RFC5769_REQUEST = message('0001', RFC5769_TXID, `
  80220010 5354554e207465737420636c69656e74  00240004 6e0001ff  80290008 932ff9b151263b36  00060009 6576746a3a68367659202020
  00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2  80280004 e57a3bcf`);
export const RFC5769_RESPONSE_V4 = message('0101', RFC5769_TXID, `
  8022000b 7465737420766563746f7220  00200008 0001a147e112a643
  00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7  80280004 c07d4c96`);
export const RFC5769_RESPONSE_V6 = message('0101', RFC5769_TXID, `
  8022000b 7465737420766563746f7220  00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9
  00080014 a382954e4be67bf11784c97c8292c275bfe3ed41  80280004 c8fb0b4c`);
