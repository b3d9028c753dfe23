import { expect, it } from 'vitest';
import type { Seen } from '../../../web/transports/start-time.ts';
import { createStartTimes } from '../../../web/transports/start-time.ts';

interface Case {
  readonly what: string;
  /** Gatherings before. */
  readonly before?: readonly Seen[];
  readonly seen: Seen;
  readonly atMs: number;
  readonly isSure: boolean;
}

it.each<Case>([
  { what: 'the host candidate', seen: { calledMs: 100, resolvedMs: 101, hostMs: 102 }, atMs: 102, isSure: true },
  { what: 'no later than is prompt, when the host candidate was held up', seen: { calledMs: 100, resolvedMs: 101, hostMs: 140 }, atMs: 103, isSure: false },
  { what: 'a slow machine by its own measure', before: [{ calledMs: 0, hostMs: 10 }], seen: { calledMs: 100, hostMs: 119 }, atMs: 119, isSure: true },
  { what: 'held up on a slow machine', before: [{ calledMs: 0, hostMs: 10 }], seen: { calledMs: 100, hostMs: 150 }, atMs: 120, isSure: false },
  { what: 'one slow gathering does not make a slow machine', before: [{ calledMs: 0, hostMs: 2 }, { calledMs: 50, hostMs: 90 }], seen: { calledMs: 100, hostMs: 140 }, atMs: 104, isSure: false },
  { what: 'when it resolved, without a host candidate', seen: { calledMs: 100, resolvedMs: 101 }, atMs: 101, isSure: false },
  { what: 'no later than is prompt, without one', seen: { calledMs: 100, resolvedMs: 150 }, atMs: 103, isSure: false },
  { what: 'the call, when nothing else was seen', seen: { calledMs: 100 }, atMs: 100, isSure: false },
])('$what', ({ before = [], seen, atMs, isSure }) => {
  const startOf = createStartTimes();
  for (const earlier of before) startOf(earlier);
  expect(startOf(seen)).toEqual({ atMs, isSure });
});
