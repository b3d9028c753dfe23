import { checkLimit, fail, type Field, type Fields, pathTo, quoted, recordOf, wholeIn } from './reader.ts';

// What Go's encoding/json makes of a document.

/** A struct: names match without regard to case, of several the last wins, null and absent are as good as empty. */
export function goFields({ value, path }: Field): Fields {
  const object = recordOf({ value: value ?? {}, path });
  const keys = Object.keys(object).map((key) => ({ key, folded: fold(key) }));
  return (name) => {
    const last = keys.findLast(({ key, folded }) => folded === fold(name) && object[key] !== null);
    return { value: last && object[last.key], path: pathTo({ value, path }, name) };
  };
}

/** Unicode's simple case folding, as far as it leads to ASCII: the long s, and the Kelvin sign, which `toLowerCase` knows. */
const fold = (name: string): string => name.toLowerCase().replaceAll('ſ', 's');

/** A `map[int]`: keys are decimal, with a sign and zeros before them if need be, within 64 bits. */
export function goEntries({ value, path }: Field, limit: number): [bigint, Field][] {
  const object = recordOf({ value: value ?? {}, path });
  const keys = Object.keys(object);
  checkLimit({ value, path }, keys.length, limit);
  return keys.map((key) => {
    const digits = /^([+-]?)0*(\d{1,19})$/.exec(key);
    // A hostile key is neither long nor more than one line in a path.
    const field = { value: object[key], path: pathTo({ value, path }, /^[\w+-]{1,40}$/.test(key) ? key : quoted(key)) };
    const id = BigInt(digits ? `${digits[1] === '-' ? '-' : ''}${digits[2]}` : 0);
    return digits && id === BigInt.asIntN(64, id) ? [id, field] : fail(field, 'value', 'its key must be a whole number of 64 bits');
  });
}

/** An `int`: 64 bits. Above 2^53 a JavaScript number is not exact; nothing here needs it to be. */
export const goInt: (field: Field) => number | undefined = wholeIn('a whole number of 64 bits', -(2 ** 63), 2 ** 63);

/** Null and absent are the zero value. */
export const orZero = (field: Field, zero: unknown): Field => ({ value: field.value ?? zero, path: field.path });

/** Fields under other names than they have in the document; their paths stay. */
export const under = (fields: Readonly<Record<string, Field>>): Fields => (name) => fields[name] ?? { value: undefined, path: name };
