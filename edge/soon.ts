/** A value, or a promise of it where it is not known yet. Most are known, and a promise for each would cost more than the answer that is made of them. */
export type Soon<T> = T | Promise<T>;

/** What `make` makes of it: at once where it is there. */
export const when = <T, U>(value: Soon<T>, make: (value: T) => Soon<U>): Soon<U> => (value instanceof Promise ? value.then(make) : make(value));

/** The value, or what `recover` has in its place where its promise rejects. */
export const or = <T, U>(value: Soon<T>, recover: (error: unknown) => U): Soon<T | U> => (value instanceof Promise ? value.catch(recover) : value);
