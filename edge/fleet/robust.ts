/**
 * The value below which the share `q` of the values lies, between neighbours in proportion (Hyndman and Fan's type 7).
 * Undefined of none. Up to `q` of the values may be lies without it leaving the range of the others.
 */
export function quantile(values: readonly number[], q: number): number | undefined {
  // Numbers by themselves sort ten times as fast as with a function that compares them.
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  // Infinity stands for "never": between it and a number lies nothing, and the difference of two is no number.
  return low === undefined || high === undefined || low === high || at % 1 === 0 ? low : high === Infinity ? Infinity : low + (high - low) * (at % 1);
}

export const median = (values: readonly number[]): number | undefined => quantile(values, 0.5);

/** The lower median, where the value at each place counts as often as its weight, a whole number, says. Undefined of none. */
export function weightedMedian(values: readonly number[], weights: readonly number[]): number | undefined {
  const counted = new Float64Array(weights.reduce((sum, weight) => sum + weight, 0));
  let at = 0;
  values.forEach((value, index) => {
    const end = at + (weights[index] ?? 0);
    counted.fill(value, at, end);
    at = end;
  });
  return counted.sort()[(counted.length - 1) >> 1];
}

/** The values by key, in order of first appearance. */
export function grouped<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
