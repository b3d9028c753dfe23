import { expect, it } from 'vitest';
import type { Seen } from '../../../web/transports/start-time.ts';
import { createStartTimes } from '../../../web/transports/start-time.ts';

interface Case {
  readonly what: string;
  /** Gatherings before. */
  readonly before?: readonly Seen[];
  readonly seen: Seen;
  readonly atMs: number;
  /** How much later it may have left; undefined: nothing tells. */
  readonly lateMs?: number;
}

it.each<Case>([
  { what: 'the host candidate', seen: { calledMs: 100, resolvedMs: 101, hostMs: 102 }, atMs: 102, lateMs: 0 },
  { what: 'no later than is prompt, when the host candidate was held up', seen: { calledMs: 100, resolvedMs: 101, hostMs: 140 }, atMs: 103, lateMs: 37 },
  { what: 'a slow machine by its own measure', before: [{ calledMs: 0, hostMs: 10 }], seen: { calledMs: 100, hostMs: 119 }, atMs: 119, lateMs: 0 },
  { what: 'held up on a slow machine', before: [{ calledMs: 0, hostMs: 10 }], seen: { calledMs: 100, hostMs: 150 }, atMs: 120, lateMs: 30 },
  { what: 'one slow gathering does not make a slow machine', before: [{ calledMs: 0, hostMs: 2 }, { calledMs: 50, hostMs: 90 }], seen: { calledMs: 100, hostMs: 140 }, atMs: 104, lateMs: 36 },
  { what: 'nor does a busy page', before: [{ calledMs: 0, hostMs: 60, isHostLate: true }], seen: { calledMs: 100, hostMs: 160, isHostLate: true }, atMs: 103, lateMs: 57 },
  { what: 'when it resolved, without a host candidate', seen: { calledMs: 100, resolvedMs: 101 }, atMs: 101 },
  { what: 'no later than is prompt, without one', seen: { calledMs: 100, resolvedMs: 150 }, atMs: 103 },
  { what: 'the call, when nothing else was seen', seen: { calledMs: 100 }, atMs: 100 },
])('$what', ({ before = [], seen, ...start }) => {
  const startOf = createStartTimes();
  for (const earlier of before) startOf(earlier);
  const { atMs, lateMs } = startOf(seen);
  expect({ atMs, lateMs }).toEqual({ atMs: start.atMs, lateMs: start.lateMs });
});
