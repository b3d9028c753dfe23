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
