import { TraceError } from './trace-error.ts';

/** A trace as it comes: whole text, or its pieces in order, cut anywhere. */
export type TraceSource = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** One line of a file, counted from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** 32 Mi, as for a relay map, which is the longest thing that a line may hold. */
const maxLineBytes = 33_554_432;

const lineFeed = 0x0a;

/**
 * The lines of a trace, one at a time, whatever its length. The last may lack its line feed. Throws `TraceError` at a line
 * that is too long or is no UTF-8, and whatever the source throws.
 */
export async function* linesOf(source: TraceSource, mostBytes: number = maxLineBytes): AsyncGenerator<NumberedLine, void, void> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  let number = 1;

  function hold(piece: Uint8Array): void {
    bytes += piece.length;
    if (bytes > mostBytes) throw new TraceError(number, '', `longer than ${mostBytes} bytes`);
    if (piece.length) pieces.push(piece);
  }

  function take(): NumberedLine {
    const line = { number, text: decode(decoder, joined(pieces, bytes), number) };
    pieces = [];
    bytes = 0;
    number++;
    return line;
  }

  for await (const chunk of typeof source === 'string' || source instanceof Uint8Array ? [source] : source) {
    const piece = typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
    let from = 0;
    for (let end = piece.indexOf(lineFeed); end >= 0; end = piece.indexOf(lineFeed, from)) {
      hold(piece.subarray(from, end));
      yield take();
      from = end + 1;
    }
    // A source may use its buffer again.
    hold(piece.slice(from));
  }
  if (bytes > 0) yield take();
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only) return only;
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function decode(decoder: TextDecoder, bytes: Uint8Array, number: number): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new TraceError(number, '', 'not UTF-8');
  }
}
