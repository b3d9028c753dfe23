/** The shortest wait before a region is tried again, ms. */
const baseMs = 500;
/** The longest while there is another home, ms. */
export const capMs = 300_000;
/** The longest while there is none, ms: being alone is worse than asking once too often. */
export const capAloneMs = 10_000;

/**
 * The next wait, by decorrelated jitter: between the base and three times the wait before. Clients that lost a relay in the same
 * moment drift apart with every attempt, while doubling with a little noise would keep them together. What is drawn is cut at the
 * longest: those who reach that keep the distance that they have by then, and ask half as often as if they drew below it again.
 *
 * @param chance in [0, 1)
 */
export const nextBackOffMs = (lastMs: number, chance: number, longestMs: number): number =>
  Math.min(longestMs, baseMs + chance * (Math.max(baseMs, lastMs) * 3 - baseMs));
