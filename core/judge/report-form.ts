import { fieldsOf, flag, numberIn, oneOf, optional, pathTo, recordOf, required, text, type Field } from '../map/reader.ts';
import { kinds } from '../model/kind.ts';
import type { Report } from '../model/report.ts';

const figure = numberIn('a number');
const durationMs = numberIn('a number of ms from 0', 0);
const count = numberIn('a whole number from 0', 0, Number.MAX_SAFE_INTEGER, Number.isInteger);

/** Checks what strategies and stories read of a report, and gives it back as it is. Throws `RelayMapError` with the place. */
export function checkReport(whole: Field): Report {
  const field = fieldsOf(whole);
  figure(required(field('at')));
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
  for (const name of ['latencyMs', 'v4Ms', 'v6Ms', 'rankMs', 'atLeastMs']) durationMs(field(name));
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

/** The values of an object, each with its place. */
export const entriesOf = (field: Field): Field[] => Object.entries(recordOf(field)).map(([name, value]) => ({ value, path: pathTo(field, name) }));

/** A list of strings, if it is there. */
export const listOfTexts = (field: Field): readonly string[] | undefined =>
  optional(field, 'a list of strings', (value): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string'));
