import type { ByteStream } from './byte-stream.ts';
import { createDerpReader, DerpError, encodeDerpFrame } from '../core/wire/derp.ts';
import type { DerpFrame, DerpSide } from '../core/wire/derp.ts';

/** A connection that speaks in frames, from either side. */
export interface Link {
  /** Queues a frame; nothing once it has ended. @throws RangeError as `encodeDerpFrame` does */
  send(frame: Parameters<typeof encodeDerpFrame>[0]): void;
  /** Who takes frames from the next one on. What it throws ends the link. */
  onFrame(take: (frame: DerpFrame) => void): void;
  readonly bufferedBytes: number;
  drained(): Promise<void>;
  /** Why it ended; undefined while it has not. */
  readonly failure: DerpError | undefined;
  readonly ended: Promise<DerpError>;
  /** Ends it; the first reason counts. Resolves when the platform has let go. */
  end(reason: DerpError): Promise<void>;
}

/**
 * Reads and writes frames on a stream, which is its own from now on.
 *
 * @param other whose frames come
 * @param first takes them until `onFrame` is called, perhaps before this returns
 */
export function openLink(stream: ByteStream, other: DerpSide, first: (frame: DerpFrame, link: Link) => void): Link {
  const reader = createDerpReader(other);
  let take: (frame: DerpFrame, link: Link) => void = first;
  let failure: DerpError | undefined;
  let gone: Promise<void> | undefined;
  let settle: (reason: DerpError) => void = () => {};
  const ended = new Promise<DerpError>((resolve) => { settle = resolve; });

  const link: Link = {
    send(frame) {
      if (!failure) stream.write(encodeDerpFrame(frame));
    },
    onFrame(next) { take = next; },
    get bufferedBytes() { return stream.bufferedBytes; },
    drained: () => stream.drained(),
    get failure() { return failure; },
    ended,
    end(reason) {
      if (!gone) {
        failure = reason;
        gone = stream.close();
        settle(reason);
      }
      return gone;
    },
  };

  stream.start({
    bytes(chunk) {
      if (failure) return;
      try {
        // Frames behind the one that ended the link are nobody's.
        reader.read(chunk, (frame) => { if (!failure) take(frame, link); });
      } catch (error) {
        void link.end(error instanceof DerpError ? error : new DerpError('malformed', `a frame could not be taken: ${String(error)}`, { cause: error }));
      }
    },
    end(error) {
      void link.end(error instanceof DerpError ? error : new DerpError('transport', error === undefined ? 'the other side ended the connection' : `the connection failed: ${String(error)}`, { cause: error }));
    },
  });
  return link;
}
