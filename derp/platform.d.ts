// What Node, browsers and Workers all have, as far as this folder uses it, and what only some of them have.
interface Crypto {
  getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
}
declare var crypto: Crypto;
declare function queueMicrotask(callback: () => void): void;
