import type { Decision } from '../core/model/decision.ts';
import { regionById, type RelayMap } from '../core/model/map.ts';
import type { Report } from '../core/model/report.ts';

/** What a report came to, as tabs tell it one another. */
export interface Found {
  readonly report: Report;
  readonly decision: Decision;
  /** The region to connect to: the home, else one that stands in for it. */
  readonly at?: string;
}

type Test = (value: unknown) => boolean;
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const number: Test = (value) => typeof value === 'number' && value >= 0 && value < Infinity;
const flag: Test = (value) => typeof value === 'boolean';
/** Longer than any sentence, and no burden. */
const text: Test = (value) => typeof value === 'string' && value.length < 1000;
const maybe = (test: Test): Test => (value) => value === undefined || test(value);
const listOf = (test: Test): Test => (value) => Array.isArray(value) && value.length < 1000 && value.every(test);
const valuesOf = (test: Test): Test => (value) => isRecord(value) && Object.values(value).every(test);
const fields = (tests: Readonly<Record<string, Test>>): Test => (value) => isRecord(value) && Object.entries(tests).every(([name, test]) => test(value[name]));

const kind = { ms: maybe(number), samples: number, lost: number };
const region = fields({ code: text, latencyMs: maybe(number), lateMs: maybe(number), kind: maybe(text), rankMs: maybe(number), atLeastMs: maybe(number), samples: number, lost: number, doubt: listOf(text), kinds: maybe(valuesOf(fields(kind))), skipped: maybe(text) });
const found = fields({
  report: fields({ at: number, full: flag, durationMs: number, strategy: text, notes: listOf(fields({ code: text, message: text })), regions: valuesOf(region) }),
  decision: fields({ home: maybe(text), previous: maybe(text), changed: flag, state: text, sure: number, ageMs: number, reason: text, why: isRecord, equals: listOf(text), sentence: text }),
  at: maybe(text),
});

/** What another tab told, if it has the shape and speaks of regions of this map only; else undefined. */
export function readFound(data: unknown, map: RelayMap): Found | undefined {
  if (!found(data)) return undefined;
  const { report, decision, at } = data as Found;
  const named = [...Object.keys(report.regions), ...decision.equals, decision.home, at];
  return named.every((id) => id === undefined || regionById(map, id)) ? { report, decision, ...(at !== undefined && { at }) } : undefined;
}
