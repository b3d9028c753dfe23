import type { Clock } from '../core/clock.ts';
import type { ByteStream, ByteStreamReader } from './byte-stream.ts';

/** As much of Node's `Duplex` as is needed: a socket, a TLS socket, one half of a pair. */
export interface DuplexLike {
  readonly destroyed: boolean;
  readonly writableEnded: boolean;
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
  write(bytes: Uint8Array): unknown;
  cork(): void;
  uncork(): void;
  resume(): unknown;
  end(): unknown;
  destroy(): unknown;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'drain', listener: () => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  once(event: 'end', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** How long the other side may take to agree to the end. */
const CLOSE_MS = 1_000;

/** A Node stream that is open, as bytes. What is written in one turn leaves in one system call: packets come in bursts. */
export function duplexStream(duplex: DuplexLike, clock: Clock): ByteStream {
  let reader: ByteStreamReader | undefined;
  let isCorked = false;
  let failure: unknown;

  const uncork = (): void => {
    isCorked = false;
    duplex.uncork();
  };
  const end = (): void => {
    const told = reader;
    reader = undefined;
    told?.end(failure);
  };

  // Also when nobody reads any more: an error event without a listener ends the process.
  duplex.on('error', (error) => { failure ??= error; });

  return {
    start(theReader) {
      reader = theReader;
      duplex.on('data', (chunk) => reader?.bytes(chunk));
      duplex.once('end', end);
      duplex.once('close', end);
      if (duplex.destroyed) end();
    },
    write(bytes) {
      if (duplex.destroyed || duplex.writableEnded) return;
      if (!isCorked) {
        isCorked = true;
        duplex.cork();
        queueMicrotask(uncork);
      }
      duplex.write(bytes);
    },
    get bufferedBytes() { return duplex.writableLength; },
    drained: () => new Promise((resolve) => {
      if (duplex.destroyed || !duplex.writableNeedDrain) return resolve();
      const done = (): void => {
        duplex.off('drain', done);
        duplex.off('close', done);
        resolve();
      };
      duplex.on('drain', done);
      duplex.on('close', done);
    }),
    async close() {
      reader = undefined;
      if (duplex.destroyed) return;
      const closed = new Promise<void>((resolve) => { duplex.once('close', resolve); });
      // Its end comes behind what the other side still sends, which has to be read.
      duplex.resume();
      duplex.end();
      const done = new AbortController();
      await Promise.race([closed, clock.sleep(CLOSE_MS, done.signal)]);
      done.abort();
      if (!duplex.destroyed) duplex.destroy();
    },
  };
}
