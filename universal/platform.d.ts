// What Node, browsers and Workers all have, as far as this folder uses it, and what only some of them have.
interface Performance {
  now(): number;
}
declare var performance: Performance;
/** A number in browsers, an object in Node. */
type TimerHandle = number | { unref(): void };
declare function setTimeout(callback: () => void, ms?: number): TimerHandle;
declare function clearTimeout(handle: TimerHandle | undefined): void;
/** Node only. */
declare var setImmediate: ((callback: () => void) => unknown) | undefined;
/** As much of an answer as is read. */
interface Fetched {
  readonly ok: boolean;
  readonly status: number;
  readonly body: import('./read-body.ts').Body | null;
}
declare function fetch(url: string, init: { readonly method?: 'POST'; readonly body?: string; readonly headers?: Readonly<Record<string, string>>; readonly keepalive?: boolean; readonly signal: AbortSignal; readonly credentials?: 'omit'; readonly redirect?: 'error'; readonly referrerPolicy?: 'no-referrer' }): Promise<Fetched>;
declare function btoa(text: string): string;
/** As much of Web Crypto as is used. */
declare var crypto: { readonly subtle: {
  importKey(format: 'raw', key: Uint8Array, algorithm: { readonly name: 'HMAC'; readonly hash: 'SHA-1' }, extractable: false, uses: readonly ['sign']): Promise<object>;
  sign(algorithm: 'HMAC', key: object, data: Uint8Array): Promise<ArrayBuffer>;
} };
