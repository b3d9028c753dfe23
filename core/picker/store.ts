/**
 * Where the picker keeps its memory between runs: a file, localStorage, a Durable Object. The text is opaque here; what it
 * means, and whether it can still be read, is the picker's affair.
 */
export interface Store {
  /** The text of the last `save`; undefined if there was none. Rejects with a `StoreError`. */
  load(): Promise<string | undefined>;
  /** Replaces the text, wholly or not at all. Saves happen in the order of the calls. Rejects with a `StoreError`. */
  save(text: string): Promise<void>;
  /**
   * Puts what is stored out of the way without losing it, so that a fresh start does not overwrite it. `reason` is a word of
   * a-z, 0-9 and `-`. Resolves with where it went. Rejects with a `StoreError`. Absent where a store cannot do it.
   */
  keepAside?(reason: string): Promise<string>;
}

/**
 * `too-large`: more text than a store takes. `corrupt`: what is stored is no text. `unreadable`, `unwritable`: the system said no.
 */
export type StoreErrorCode = 'too-large' | 'corrupt' | 'unreadable' | 'unwritable';

/** A store that cannot be used. `place` names it, such as the path of a file. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
  readonly code: StoreErrorCode;
  readonly place: string;
  constructor(code: StoreErrorCode, place: string, message: string, options?: { readonly cause: unknown }) {
    super(`${place}: ${message}`, options);
    this.code = code;
    this.place = place;
  }
}
