import type { Schema } from '../schema/schema.ts';

/** What the API's document says of a route. It stands beside the handler, and is left out of what is deployed. */
export interface Description {
  /** Of the operation, for what generates clients. */
  readonly name: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Wants the fleet token. */
  readonly guarded?: true;
  readonly body?: { readonly schema: Schema; readonly description: string };
  /** By status. Errors have the form of a problem by themselves. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly type?: string; readonly schema?: Schema }>>;
  readonly problems: readonly number[];
}
