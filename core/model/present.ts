/** The fields that have a value: what is unknown is absent, not `undefined`, as it is in JSON. */
export const present = <T extends object>(fields: T): T => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
