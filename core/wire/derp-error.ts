/** Why a relay connection is not, or no longer, there. See `DerpError`. */
export type DerpErrorCode =
  /** Closed by this side. */
  | 'closed'
  /** The connection could not be made, failed, or was ended by the other side. */
  | 'transport'
  /** The relay answered the request for a connection with an HTTP status: `status`, perhaps `retryAfterMs`. */
  | 'status'
  /** Bytes that are no DERP, or a frame where it must not be. */
  | 'malformed'
  /** The relay ended the connection between its key and its greeting, as one does that does not serve this client's key. */
  | 'refused'
  /** The relay's key is not the expected one, or what it sealed cannot be opened. */
  | 'server-key'
  /** Not connected, or no pong, in time. */
  | 'timeout'
  /** Connected, but nothing came for longer than keep-alives allow. */
  | 'idle';

/** What went wrong with a relay connection. `code` tells what to do about it, `cause` has the platform's own error, if there was one. */
export class DerpError extends Error {
  override readonly name: string = 'DerpError';
  readonly code: DerpErrorCode;
  /** HTTP status of the answer, with `status`. */
  readonly status?: number;
  /** How long the relay wants to be left alone, with `status`, ms. */
  readonly retryAfterMs?: number;
  constructor(code: DerpErrorCode, message: string, more: { readonly cause?: unknown; readonly status?: number; readonly retryAfterMs?: number } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    if (more.status !== undefined) this.status = more.status;
    if (more.retryAfterMs !== undefined) this.retryAfterMs = more.retryAfterMs;
  }
}
