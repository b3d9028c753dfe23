/** Samples around an instant of which the median counts as what a user would get. */
const around = 2;

/** Of so many samples around an instant missing, the region counts as dead. */
const missingToDie = 3;

/**
 * The truth behind a series of single measurements: the median of the five around, `Infinity` where three of them are
 * missing. Beyond its ends there are fewer.
 */
export function truthOf(series: Float64Array): Float64Array {
  return Float64Array.from(series, (_, step) => {
    const near = series.subarray(Math.max(0, step - around), step + around + 1);
    const heard = near.filter((ms) => !Number.isNaN(ms)).sort();
    const missing = near.length - heard.length;
    if (heard.length === 0 || missing >= Math.min(missingToDie, near.length)) return Infinity;
    const middle = heard.length >> 1;
    return heard.length % 2 ? (heard[middle] ?? Infinity) : ((heard[middle - 1] ?? 0) + (heard[middle] ?? 0)) / 2;
  });
}

/** The 5th percentile of what was heard: what a path adds is counted from there. */
export function floorOf(series: Float64Array): number {
  const heard = series.filter((ms) => !Number.isNaN(ms)).sort();
  return heard[Math.floor(heard.length * 0.05)] ?? 0;
}
