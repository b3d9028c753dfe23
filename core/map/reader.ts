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
export const recordOf = (field: Field): Readonly<Record<string, unknown>> =>
  optional(required(field), 'an object', (value): value is Record<string, unknown> => Object(value) === value && !Array.isArray(value)) ?? {};

/** A field that must be there. */
export const required = (field: Field): Field => (field.value === undefined ? fail(field, 'missing', 'is missing') : field);

/** Half surrogate pairs become U+FFFD, as in Go: no UTF-8 can carry them. */
export const text: Read<string> = (field) => optional(field, 'a string', (value) => typeof value === 'string')?.replace(/\p{Surrogate}/gu, '\ufffd');

export const flag: Read<boolean> = (field) => optional(field, 'true or false', (value) => typeof value === 'boolean');

/** A finite number between the two, both included. After `JSON.parse`, `3478.0` and `3e3` pass `Number.isInteger`. */
export function numberIn(wanted: string, low: number = -Infinity, high: number = Infinity, is: (value: unknown) => boolean = Number.isFinite): Read<number> {
  const isIn = (value: unknown): value is number => is(value) && Number(value) >= low && Number(value) <= high;
  return (field) => {
    const number = optional(field, wanted, isIn, true);
    // No negative zero: JSON would lose it.
    return number === 0 ? 0 : number;
  };
}

export const port: Read<number> = numberIn('a whole number from 1 to 65535', 1, 65_535, Number.isInteger);

/** One of a few words. */
export const oneOf = <T extends string>(field: Field, words: readonly T[]): T | undefined =>
  optional(field, words.join(' or '), (value): value is T => words.includes(value as T), true);

/** The items of a list. */
export function items(field: Field, limit: number): Field[] {
  const list = optional(required(field), 'a list', (value): value is readonly unknown[] => Array.isArray(value)) ?? [];
  checkLimit(field, list.length, limit);
  return Array.from(list, (value, at) => ({ value, path: `${field.path}[${at}]` }));
}

/** Limits bound what a hostile map can make a client do. */
export function checkLimit(field: Field, count: number, limit: number): void {
  if (count > limit) fail(field, 'limit', `is longer than ${limit}`);
}

/** A nested object, if it is there. */
export const nested = <T>(field: Field, read: (from: Fields) => T): T | undefined => (field.value === undefined ? undefined : read(fieldsOf(field)));

/** A word of the document in a message, not longer than a line. */
export const quoted = (word: string): string => JSON.stringify(word.slice(0, 40));

/** The value, if it is of the type. Text may be secret: only where it is `public` does the error show it. */
export function optional<T>(field: Field, wanted: string, is: (value: unknown) => value is T, isPublic = false): T | undefined {
  const { value } = field;
  if (value === undefined || is(value)) return value;
  const type = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  fail(field, 'type', `must be ${wanted}, not ${isPublic && typeof value === 'string' ? quoted(value) : isPublic && typeof value === 'number' ? value : type}`);
}
