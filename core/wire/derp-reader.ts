import { decodeDerpBody } from './derp-decode.ts';
import { DerpError } from './derp-error.ts';
import { FRAME_FORMS, FRAME_HEADER_BYTES, MAX_UNKNOWN_BYTES } from './derp-frame.ts';
import type { DerpFrame, DerpSide, FrameForm, KnownDerpFrame } from './derp-frame.ts';
import { readInt32 } from './stun-message.ts';

/** Takes a stream of bytes as it comes, in pieces of any size, and tells the frames in it. */
export interface DerpReader {
  /**
   * Takes the next bytes and calls back for each frame that is complete with them, in order. A frame owns its arrays: nothing
   * changes them later, and keeping one keeps no other bytes alive.
   *
   * @throws DerpError `malformed`; so does every later call, and no frame follows. What `onFrame` throws passes, and the rest
   * of these bytes is lost.
   */
  read(bytes: Uint8Array, onFrame: (frame: DerpFrame) => void): void;
}

type Known = FrameForm & { readonly type: KnownDerpFrame['type'] };

/** By number: what a side may send. All else is skipped, as are the types of later versions. */
function formsFrom(side: DerpSide): ReadonlyMap<number, Known> {
  const entries = Object.entries(FRAME_FORMS) as [KnownDerpFrame['type'], FrameForm][];
  return new Map(entries.filter(([, { from }]) => from === side || from === 'both').map(([type, form]) => [form.code, { type, ...form }]));
}

const FORMS: Readonly<Record<DerpSide, ReadonlyMap<number, Known>>> = { server: formsFrom('server'), client: formsFrom('client') };

/**
 * A reader of what `side` sends. It holds at most one frame that is not complete yet, and no more than its header until the
 * length is known to be one that its type may have; of an unknown frame, nothing.
 */
export function createDerpReader(side: DerpSide): DerpReader {
  const forms = FORMS[side];
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  let headerBytes = 0;
  let known: Known | undefined;
  let body: Uint8Array | undefined;
  /** Of the body: still to come. */
  let missingBytes = 0;
  let failure: DerpError | undefined;

  /** Looks at a complete header. */
  function open(): void {
    const code = header[0] ?? 0;
    missingBytes = readInt32(header, 1) >>> 0;
    known = forms.get(code);
    const { leastBytes, mostBytes } = known ?? { leastBytes: 0, mostBytes: MAX_UNKNOWN_BYTES };
    if (missingBytes < leastBytes || missingBytes > mostBytes) {
      throw new DerpError('malformed', `a frame of type ${known?.type ?? code} has ${leastBytes} to ${mostBytes} bytes, not ${missingBytes}`);
    }
    body = known && new Uint8Array(missingBytes);
  }

  function close(): DerpFrame {
    headerBytes = 0;
    const whole = body;
    body = undefined;
    return known && whole ? decodeDerpBody(known.type, whole) : { type: 'unknown', code: header[0] ?? 0, bodyBytes: readInt32(header, 1) };
  }

  function take(bytes: Uint8Array, onFrame: (frame: DerpFrame) => void): void {
    for (let at = 0; at < bytes.length;) {
      if (headerBytes < FRAME_HEADER_BYTES) {
        header[headerBytes++] = bytes[at++] ?? 0;
        if (headerBytes < FRAME_HEADER_BYTES) continue;
        open();
      }
      const count = Math.min(missingBytes, bytes.length - at);
      body?.set(bytes.subarray(at, at + count), body.length - missingBytes);
      missingBytes -= count;
      at += count;
      if (missingBytes === 0) onFrame(close());
    }
  }

  return {
    read(bytes, onFrame) {
      if (failure) throw failure;
      try {
        take(bytes, onFrame);
      } catch (error) {
        if (error instanceof DerpError) failure = error;
        throw error;
      }
    },
  };
}
