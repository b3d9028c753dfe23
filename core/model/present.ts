/**
 * The fields that have a value: what is unknown is absent, not `undefined`, as it is in JSON. Where all have one, what was
 * given is given back.
 */
export function present<T extends object>(fields: T): T {
  for (const name in fields) if (fields[name] === undefined) return without(fields);
  return fields;
}

function without<T extends object>(fields: T): T {
  const found = {} as T;
  for (const name in fields) if (fields[name] !== undefined) found[name] = fields[name];
  return found;
}
