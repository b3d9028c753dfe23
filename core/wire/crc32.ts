/** The CRC-32 register after each byte alone, by the reflected polynomial of ITU-T V.42: that of Ethernet, zip and STUN. */
const REGISTER_AFTER: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let register = byte;
  for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >>> 1) ^ 0xedb88320 : register >>> 1;
  return register;
});

/** The CRC-32 of `bytes` before `end`, as a signed number of 32 bits: for XOR, and for comparison with its like. */
export function crc32(bytes: Uint8Array, end: number): number {
  let register = -1;
  for (let at = 0; at < end; at++) register = (register >>> 8) ^ (REGISTER_AFTER[(register ^ (bytes[at] ?? 0)) & 255] ?? 0);
  return ~register;
}
