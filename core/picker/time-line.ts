import type { Clock } from '../clock.ts';

/**
 * One line of time for all that is remembered: wall time at an anchor plus monotonic time since, so that a clock that
 * somebody sets does not reorder reports. When the two drift apart (a suspend, a clock that was set) it is anchored again.
 */
export interface TimeLine {
  /** Epoch ms. */
  now(): number;
  /** Anchors again where the clocks drifted apart, and says by how much: positive after a suspend. */
  reanchor(): number | undefined;
}

/** More than NTP's slewing ever makes between two reports, less than any suspend worth the name. */
const driftMs = 2_000;

export function createTimeLine(clock: Clock): TimeLine {
  let wall = clock.wall();
  let monotonic = clock.now();
  const now = (): number => wall + (clock.now() - monotonic);
  return {
    now,
    reanchor() {
      const gapMs = clock.wall() - now();
      if (Math.abs(gapMs) < driftMs) return undefined;
      wall = clock.wall();
      monotonic = clock.now();
      return gapMs;
    },
  };
}
