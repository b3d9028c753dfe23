/**
 * The fields that have a value: what is unknown is absent, not `undefined`, as it is in JSON. Where all have one, what was
 * given is given back.
 */
export function present<T extends object>(fields: T): T {
  const names = Object.keys(fields) as (keyof T)[];
  if (names.every((name) => fields[name] !== undefined)) return fields;
  const found = {} as T;
  for (const name of names) if (fields[name] !== undefined) found[name] = fields[name];
  return found;
}
