import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { World } from './world.ts';

/** Bytes under way in one direction of one connection; more waits at its sender, as with a full TCP window. */
const WINDOW_BYTES = 65_536;

/**
 * The far end of a client's connection: what the client writes comes out of it one way later, what is written to it
 * reaches the client one way later, in order; so do the ends. TLS and HTTP spoken over it cost the round trips that they
 * cost on a long path. The handshake of TCP itself does not: the system has answered it before anybody here is asked.
 */
export function acrossPath(socket: Socket, world: World): Duplex {
  const count = world.counters.tcp;
  const there = direction(world);
  const back = direction(world);
  let inBytes = 0;
  let outBytes = 0;
  let isWanted = false;
  let held: (() => void) | undefined;

  const flow = (): void => {
    if (isWanted && inBytes < WINDOW_BYTES) socket.resume();
    else socket.pause();
  };

  const release = (): void => {
    if (outBytes + socket.writableLength >= WINDOW_BYTES) return;
    const done = held;
    held = undefined;
    done?.();
  };

  const far = new Duplex({
    allowHalfOpen: true,
    read() {
      isWanted = true;
      flow();
    },
    write(chunk: Uint8Array, _encoding, done) {
      outBytes += chunk.length;
      back(() => {
        count.bytesOut += chunk.length;
        outBytes -= chunk.length;
        // What the client does not read yet fills the window too.
        socket.write(chunk, release);
        release();
      });
      // The next chunk may leave while this one is under way.
      held = done;
      release();
    },
    final(done) {
      back(() => socket.end());
      done();
    },
    destroy(error, done) {
      // Behind what was written before; where that never arrives, neither does the end.
      if (!back(() => socket.destroySoon()) && socket.readableEnded) socket.destroy();
      done(error);
    },
  });

  socket.on('data', (chunk: Buffer) => {
    count.bytesIn += chunk.length;
    inBytes += chunk.length;
    flow();
    there(() => {
      inBytes -= chunk.length;
      isWanted = far.destroyed || far.push(chunk);
      flow();
    });
  });
  socket.on('end', () => there(() => { if (!far.destroyed) far.push(null); }));
  socket.on('close', () => { if (!there(() => far.destroy())) far.destroy(); });
  // A reset: 'close' follows, and says all that matters.
  socket.on('error', () => {});
  far.on('error', () => {});
  return far;
}

/** One direction of a connection: runs `deliver` one way later, in order. False, then and ever after, once it lost something for good. */
function direction({ path, scheduler, counters }: World): (deliver: () => void) => boolean {
  let lastDueMs = 0;
  let isBroken = false;
  return (deliver) => {
    const segment = isBroken ? undefined : path.segmentMs();
    if (!segment) {
      isBroken = true;
      return false;
    }
    counters.tcp.retransmits += segment.retransmits;
    lastDueMs = Math.max(lastDueMs, scheduler.now() + segment.delayMs);
    scheduler.at(lastDueMs, deliver);
    return true;
  };
}
