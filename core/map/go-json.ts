import { checkLimit, fail, type Field, type Fields, numberIn, pathTo, quoted, recordOf } from './reader.ts';

// What Go's encoding/json makes of a document.

const INT = 'a whole number of 64 bits';

/** A struct: names match without regard to case, of several the last wins, null and absent are as good as empty. */
export function goFields(field: Field): Fields {
  const object = recordOf(orZero(field, {}));
  const keys = Object.keys(object).map((key) => ({ key, folded: fold(key) }));
  return (name) => {
    const wanted = fold(name);
    const last = keys.findLast(({ key, folded }) => folded === wanted && object[key] !== null);
    return { value: last && object[last.key], path: pathTo(field, name) };
  };
}

/** Unicode's simple case folding, as far as it leads to ASCII: the long s, and the Kelvin sign, which `toLowerCase` knows. */
const fold = (name: string): string => name.toLowerCase().replaceAll('ſ', 's');

/** A `map[int]`: keys are decimal, with a sign and zeros before them if need be. */
export function goEntries(field: Field, limit: number): [bigint, Field][] {
  const entries = Object.entries(recordOf(orZero(field, {})));
  checkLimit(field, entries.length, limit);
  return entries.map(([key, value]) => {
    const [, sign, digits] = /^([+-]?)0*(\d{1,19})$/.exec(key) ?? [];
    const id = BigInt(digits ?? 0) * (sign === '-' ? -1n : 1n);
    if (digits === undefined || id !== BigInt.asIntN(64, id)) fail(field, 'value', `the key ${quoted(key)} must be ${INT}`);
    return [id, { value, path: pathTo(field, String(id)) }];
  });
}

/** An `int`: 64 bits. Above 2^53 a JavaScript number is not exact; nothing here needs it to be. */
export const goInt: (field: Field) => number | undefined = numberIn(INT, -(2 ** 63), 2 ** 63, Number.isInteger);

/** Null and absent are the zero value. */
export const orZero = (field: Field, zero: unknown): Field => ({ value: field.value ?? zero, path: field.path });

/** Fields under other names than they have in the document; their paths stay. */
export const under = (fields: Readonly<Record<string, Field>>): Fields => (name) => fields[name] ?? { value: undefined, path: name };
