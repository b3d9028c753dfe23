/** From a value to a place in px. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Ticks closer than this, px, could not be read. */
const leastTickPx = 22;

/**
 * Round trips from the bottom up, logarithmic: a doubling is as high wherever it happens, and near relays and far ones fit
 * into one picture.
 */
export function latencyScale(lowMs: number, highMs: number, topPx: number, bottomPx: number): Scale {
  const low = Math.log(Math.max(0.5, lowMs * 0.8));
  const high = Math.max(Math.log(highMs * 1.2), low + 1);
  const at = (ms: number): number => bottomPx - ((Math.log(Math.max(ms, 0.1)) - low) / (high - low)) * (bottomPx - topPx);
  const ticks: number[] = [];
  for (let decade = 1; decade <= 10_000; decade *= 10) {
    for (const tick of [decade, 2 * decade, 5 * decade]) {
      const y = at(tick);
      const last = ticks.at(-1);
      if (y > topPx && y < bottomPx && (last === undefined || at(last) - y >= leastTickPx)) ticks.push(tick);
    }
  }
  return { at, ticks };
}

const spacingsMs = [10_000, 30_000, 60_000];

/** Times from left to right. Its ticks are whole spacings before the end. */
export function timeScale(fromMs: number, toMs: number, leftPx: number, rightPx: number): Scale {
  const at = (time: number): number => leftPx + ((time - fromMs) / (toMs - fromMs)) * (rightPx - leftPx);
  const leastPx = 70;
  const spacing = spacingsMs.find((ms) => at(toMs) - at(toMs - ms) >= leastPx) ?? 120_000;
  const ticks: number[] = [];
  for (let back = 0; toMs - back >= fromMs; back += spacing) ticks.push(toMs - back);
  return { at, ticks };
}

/** Places from the lowest up, moved apart by at least `leastPx`, none above `topPx` while there is room. */
export function spread(places: readonly number[], leastPx: number, topPx: number): number[] {
  const order = places.map((_, index) => index).sort((one, other) => (places[other] ?? 0) - (places[one] ?? 0));
  const found = [...places];
  let above = Infinity;
  for (const index of order) {
    above = Math.min(places[index] ?? 0, above - leastPx);
    found[index] = above;
  }
  // Pushed out at the top: back down, as far as there is room.
  let below = topPx;
  for (const index of order.toReversed()) {
    found[index] = Math.max(found[index] ?? 0, below);
    below = (found[index] ?? 0) + leastPx;
  }
  return found;
}
