/**
 * A number in [0, 1) that hangs on the keys alone: all strategies meet the same chance at the same instant, whatever they
 * asked before. The mixing steps are those of MurmurHash3.
 */
export function draw(seed: number, a: number, b: number = 0, c: number = 0, d: number = 0): number {
  let hash = mix(mix(mix(mix(mix(0x9747b28c, seed), a), b), c), d);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
}

function mix(hash: number, key: number): number {
  let k = Math.imul(key | 0, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const mixed = hash ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
