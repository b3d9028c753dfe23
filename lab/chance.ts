/**
 * Numbers in [0, 1) that depend on the seed and the label alone: mulberry32 over an FNV-1a hash. A label a relay, so that
 * one relay's luck does not hang on how much traffic its neighbours have.
 */
export function seededChance(seed: number, label: string): () => number {
  let state = 0x811c9dc5 ^ seed;
  for (const letter of label) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
