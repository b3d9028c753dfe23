import { expect, it } from 'vitest';
import { answerDueMs, kinds, leastLatencyMs } from '../../../core/model/kind.ts';

it.each(kinds)('%s: silence until an answer is due proves just that distance', (kind) => {
  for (const latencyMs of [0, 1, 8, 250]) expect(leastLatencyMs(kind, answerDueMs(kind, latencyMs))).toBeCloseTo(latencyMs, 9);
});

it.each([['stun', 100, 100], ['https', 100, 8], ['https', 60, 0], ['https', 10, 0], ['websocket', 310, 50]] as const)('%s: %d ms of silence: at least %d ms', (kind, silentMs, leastMs) => {
  expect(leastLatencyMs(kind, silentMs)).toBe(leastMs);
});
