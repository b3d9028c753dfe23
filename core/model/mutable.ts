/** The same, to be written field by field while it is made: what is unknown is absent, and V8 is slow at leaving it out of a whole. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
