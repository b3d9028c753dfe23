import { isThrifty } from '../pace.ts';

/** Two figures as near as this are taken for the round trip: what disturbs a page seldom does it twice alike. */
const agreeMs = 0.5;
const agreeShare = 0.02;

const mostFigures = 4;

/**
 * Whether a relay was measured often enough. A page measures while it loads, in one thread with all that it does: of the
 * first figures half read 7 ms high and some 60. Noise only adds, so the two lowest that agree tell the truth. Where data is
 * dear the first has to do.
 */
export function isSettled(figures: readonly number[]): boolean {
  const [lowest = 0, next = Infinity] = [...figures].sort((a, b) => a - b);
  return isThrifty() || figures.length >= mostFigures || next - lowest <= agreeMs + agreeShare * lowest;
}
