import { RelayMapError } from '../errors.ts';

/** A value of the document and where it stands, such as `regions[3].nodes[0].stun`. */
export interface Field {
  readonly value: unknown;
  readonly path: string;
}

/** An object of the document: its fields by name. The value of one that is not there is undefined. */
export type Fields = (name: string) => Field;

/** Undefined where there is no value, a `RelayMapError` with the field's path where it is of another type. */
type Read<T> = (field: Field) => T | undefined;

/** What is done about something wrong or odd. */
export type Complain = (field: Field, code: string, message: string) => void;

export function fail(field: Field, code: string, message: string): never {
  throw new RelayMapError(code, field.path, message);
}

/** An object that is read by the exact names of its fields. */
export function fieldsOf(field: Field): Fields {
  const object = recordOf(field);
  return (name) => ({ value: object[name], path: pathTo(field, name) });
}

export const pathTo = (field: Field, name: string): string => (field.path ? `${field.path}.${name}` : name);

/** Any object but a list. */
export function recordOf(field: Field): Readonly<Record<string, unknown>> {
  const { value } = required(field);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : wrong(field, 'an object');
}

/** A field that must be there. */
export const required = (field: Field): Field => (field.value === undefined ? fail(field, 'missing', 'is missing') : field);

/** Half surrogate pairs become U+FFFD, as in Go: no UTF-8 can carry them. */
export const text: Read<string> = (field) => optional(field, 'text', (value) => typeof value === 'string')?.replace(/\p{Surrogate}/gu, '\ufffd');

export const flag: Read<boolean> = (field) => optional(field, 'true or false', (value) => typeof value === 'boolean');

/** A finite number between the two, both included. */
export const numberIn = (wanted: string, low: number = -Infinity, high: number = Infinity): Read<number> => (field) => {
  const value = optional(field, wanted, (value): value is number => Number.isFinite(value) && Number(value) >= low && Number(value) <= high, true);
  // Adding 0 makes a negative zero a plain one.
  return value === undefined ? value : value + 0;
};

/** A whole number. After `JSON.parse`, `3478.0` and `3e3` are whole numbers too. */
export const wholeIn = (wanted: string, low: number, high: number): Read<number> => (field) =>
  Number.isInteger(field.value ?? 0) ? numberIn(wanted, low, high)(field) : wrong(field, wanted, true);

export const port: Read<number> = wholeIn('a whole number from 1 to 65535', 1, 65_535);

/** One of a few words. */
export function oneOf<T extends string>(field: Field, words: readonly T[]): T | undefined {
  return optional(field, words.join(' or '), (value): value is T => words.some((word) => word === value), true);
}

/** The items of a list. The limit bounds what a hostile map can make a client do. */
export function items(field: Field, limit: number): Field[] {
  const list = optional(required(field), 'a list', (value): value is readonly unknown[] => Array.isArray(value)) ?? [];
  checkLimit(field, list.length, limit);
  return Array.from(list, (value, at) => ({ value, path: `${field.path}[${at}]` }));
}

export function checkLimit(field: Field, count: number, limit: number): void {
  if (count > limit) fail(field, 'limit', `has more than ${limit} entries`);
}

/** A nested object, if it is there. */
export const nested = <T>(field: Field, read: (from: Fields) => T): T | undefined => (field.value === undefined ? undefined : read(fieldsOf(field)));

/** The object without its undefined fields: so a map equals what its JSON reads as. */
export const present = <T extends object>(fields: T): T => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** A word of the document in a message, not longer than a line. */
export const quoted = (word: string): string => JSON.stringify(word.slice(0, 40));

/** Numbers and words are shown when they are `public`; other text may be secret. */
function optional<T>(field: Field, wanted: string, is: (value: unknown) => value is T, isPublic = false): T | undefined {
  const { value } = field;
  return value === undefined || is(value) ? value : wrong(field, wanted, isPublic);
}

export function wrong(field: Field, wanted: string, isPublic = false): never {
  const { value } = field;
  const type = typeof value;
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : type === 'object' ? 'an object' : type === 'string' ? 'text' : `a ${type}`;
  const shown = isPublic && type === 'string' ? quoted(String(value)) : isPublic && type === 'number' ? String(value) : kind;
  fail(field, 'type', `must be ${wanted}, not ${shown}`);
}
