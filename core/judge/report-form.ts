import { checkLimit, fieldsOf, flag, numberIn, oneOf, optional, pathTo, recordOf, required, text, type Field } from '../map/reader.ts';
import { MAX_REGIONS } from '../map/limits.ts';
import { kinds } from '../model/kind.ts';
import type { Report } from '../model/report.ts';

/** What `Date` can tell, ms on both sides of 1970. */
const mostEpochMs = 8.64e15;
export const epochMs: (field: Field) => number | undefined = numberIn('epoch ms', -mostEpochMs, mostEpochMs);
const durationMs = numberIn('a number of ms from 0', 0, mostEpochMs);
const count = numberIn('a whole number from 0', 0, Number.MAX_SAFE_INTEGER, Number.isInteger);

/** Checks what strategies and stories read of a report, and gives it back as it is. Throws `RelayMapError` with the place. */
export function checkReport(whole: Field): Report {
  const field = fieldsOf(whole);
  epochMs(required(field('at')));
  flag(required(field('full')));
  durationMs(required(field('durationMs')));
  text(field('strategy'));
  for (const name of ['udp', 'ipv4', 'ipv6', 'captivePortal']) flag(field(name));
  for (const region of entriesOf(required(field('regions')))) checkRegion(region);
  return whole.value as Report;
}

function checkRegion(whole: Field): void {
  const field = fieldsOf(whole);
  text(required(field('code')));
  for (const name of ['latencyMs', 'lateMs', 'v4Ms', 'v6Ms', 'rankMs', 'atLeastMs']) durationMs(field(name));
  oneOf(field('kind'), kinds);
  for (const name of ['samples', 'lost']) count(required(field(name)));
  listOfTexts(required(field('doubt')));
  text(field('skipped'));
  if (field('kinds').value !== undefined) for (const kind of entriesOf(field('kinds'))) checkKind(kind);
}

function checkKind(whole: Field): void {
  const field = fieldsOf(whole);
  for (const name of ['ms', 'v4Ms', 'v6Ms']) durationMs(field(name));
  for (const name of ['samples', 'lost']) count(required(field(name)));
}

/** Regions of a map, and nodes with them, are no more: strategies look up one in the other. */
const mostEntries = MAX_REGIONS;

/** The values of an object, each with its place. */
export function entriesOf(field: Field): Field[] {
  const entries = Object.entries(recordOf(field));
  checkLimit(field, entries.length, mostEntries);
  return entries.map(([name, value]) => ({ value, path: pathTo(field, shortened(name)) }));
}

/** A name in a message, which is for a line of a terminal. */
const shortened = (name: string): string => (/^[\w.:-]{1,40}$/.test(name) ? name : JSON.stringify(name.slice(0, 40)));

/** A list of strings, if it is there. */
export function listOfTexts(field: Field): readonly string[] | undefined {
  const list = optional(field, 'a list of strings', (value): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string'));
  checkLimit(field, list?.length ?? 0, mostEntries);
  return list;
}
