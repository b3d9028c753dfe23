/** What a relay tells all its DERP clients at once. */
export type RelayNotice =
  /** It ends soon, and wants its clients back after `reconnectInMs`, tried for `tryForMs`. It does not end: that is for `set` to do. */
  | { readonly type: 'restarting'; readonly reconnectInMs: number; readonly tryForMs: number }
  /** What is wrong with the connection; empty: nothing any more. */
  | { readonly type: 'health'; readonly problem: string };
