// ASN.1 in its distinguished encoding (ITU-T X.690), as much of it as a certificate takes.

const tagged = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Uint8Array.of(tag, body.length), body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length < 0x100 ? 2 : 4, '0'), 'hex');
  return Buffer.concat([Uint8Array.of(tag, 0x80 | length.length), length, body]);
};

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tagged(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Uint8Array => tagged(0x31, ...parts);
export const octets = (bytes: Uint8Array): Uint8Array => tagged(0x04, bytes);
export const utf8 = (text: string): Uint8Array => tagged(0x0c, Buffer.from(text));
export const yes: Uint8Array = Uint8Array.of(0x01, 0x01, 0xff);

/** A whole string of bytes as bits: none unused. */
export const bits = (bytes: Uint8Array): Uint8Array => tagged(0x03, Uint8Array.of(0), bytes);

/** @param bytes big-endian and positive: the first bit is 0, and no zero byte leads. */
export const integer = (...bytes: readonly number[]): Uint8Array => tagged(0x02, Uint8Array.from(bytes));

/** `[n] EXPLICIT`. */
export const explicit = (n: number, ...parts: readonly Uint8Array[]): Uint8Array => tagged(0xa0 | n, ...parts);

/** `[n] IMPLICIT` of a string type. */
export const implicit = (n: number, bytes: Uint8Array): Uint8Array => tagged(0x80 | n, bytes);

/** An object identifier, such as `2.5.4.3`. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  const bytes = [40 * first + second];
  for (const arc of arcs) {
    const groups = [arc & 0x7f];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift((rest & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Uint8Array.from(bytes));
}

/** A moment of a certificate, in seconds: UTCTime until 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5). */
export function time(epochMs: number): Uint8Array {
  const digits = `${new Date(epochMs).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
  return digits < '2050' ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}
