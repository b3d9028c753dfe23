/** SQLite, as far as the stores use it. On Workers a Durable Object's own, on Node a file. Each call is one statement. */
export interface Sql {
  all(query: string, ...values: (string | number | null)[]): Record<string, unknown>[];
}
