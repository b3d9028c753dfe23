/** What a stream tells its reader. Both may be called before `start` returns, and never after the stream was closed. */
export interface ByteStreamReader {
  /** The bytes are the reader's only until it returns: it copies what it keeps. */
  bytes(chunk: Uint8Array): void;
  /** The last call: the other side ended the stream, or it failed. */
  end(error?: unknown): void;
}

/** A connection that carries bytes in order both ways, whatever is under it: a WebSocket, TLS, a pipe. */
export interface ByteStream {
  /** Begins to read; called once. */
  start(reader: ByteStreamReader): void;
  /** Queues bytes, which are the stream's from now on. Never throws: what cannot be sent is lost, and `end` tells of it. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** Bytes that were written and that the platform has not taken yet. */
  readonly bufferedBytes: number;
  /** Resolves once what is written has shrunk to the platform's liking, or the stream is over. */
  drained(): Promise<void>;
  /** Sends what was written, as far as that takes no longer than a moment, and ends. Resolves when nothing is left of it. */
  close(): Promise<void>;
}
