import type { ByteStream, ByteStreamReader } from '../../derp/byte-stream.ts';
import { connectDerp, type DerpClient, type DerpOptions } from '../../derp/index.ts';
import { openLink, type Link } from '../../derp/link.ts';
import { createServerLogin } from '../../derp/server-login.ts';
import type { DerpFrame } from '../../core/wire/derp.ts';
import { virtualClock, type VirtualClock } from '../virtual-clock.ts';

/** One end of a connection in memory. */
export interface End extends ByteStream {
  /** Puts bytes in front of this end's reader, as if the other end had sent them. */
  receive(bytes: Uint8Array): void;
  /** The connection ends or fails, as this end sees it. */
  lose(error?: unknown): void;
  /** What this end was given to write and holds back: `bufferedBytes`. */
  hold: boolean;
  readonly isClosed: boolean;
}

/** Two ends: what one writes the other reads, a turn later. */
export function streamPair(): [End, End] {
  const ends: [End, End] = [end(() => ends[1]), end(() => ends[0])];
  return ends;
}

function end(other: () => End): End {
  let reader: ByteStreamReader | undefined;
  let held: Uint8Array[] = [];
  let early: Uint8Array[] = [];
  let isClosed = false;
  let isHolding = false;
  let drained: (() => void)[] = [];
  const release = (): void => {
    for (const bytes of held.splice(0)) other().receive(bytes);
    for (const done of drained.splice(0)) done();
  };
  return {
    start(theReader) {
      reader = theReader;
      for (const bytes of early) reader.bytes(bytes);
      early = [];
    },
    write(bytes) {
      if (isClosed) return;
      held.push(bytes);
      if (!isHolding) queueMicrotask(() => { if (!isHolding) release(); });
    },
    get bufferedBytes() { return held.reduce((sum, bytes) => sum + bytes.length, 0); },
    drained: () => new Promise((resolve) => {
      if (held.length === 0) resolve();
      else drained.push(resolve);
    }),
    async close() {
      if (isClosed) return;
      release();
      isClosed = true;
      other().lose();
    },
    receive(bytes) {
      if (isClosed) return;
      if (reader) reader.bytes(bytes);
      else early.push(bytes);
    },
    lose(error) {
      if (isClosed) return;
      isClosed = true;
      for (const done of drained.splice(0)) done();
      reader?.end(error);
    },
    get hold() { return isHolding; },
    set hold(value) {
      isHolding = value;
      if (!value) release();
    },
    get isClosed() { return isClosed; },
  };
}

/** A client that is connected to a relay in memory, and the relay's hands. */
export interface Connected {
  readonly client: DerpClient;
  readonly clock: VirtualClock;
  /** The relay's side. */
  readonly link: Link;
  /** The client's end of the connection. */
  readonly end: End;
  /** What the client sent after the login. */
  readonly sent: DerpFrame[];
}

/** Bytes that count up, a stranger's randomness. */
export function counting(): (bytes: Uint8Array) => void {
  let next = 1;
  return (bytes) => {
    for (let at = 0; at < bytes.length; at++) bytes[at] = next++ & 255;
  };
}

/** Logs in at a relay in memory that says nothing more by itself. */
export async function connected(options: Omit<Partial<DerpOptions>, 'stream' | 'url'> = {}): Promise<Connected> {
  const clock = virtualClock();
  const [near, far] = streamPair();
  const sent: DerpFrame[] = [];
  const login = createServerLogin(counting());
  const link: Link = openLink(far, 'client', (frame, link) => {
    const greeting = frame.type === 'clientInfo' ? login.greet(frame.clientKey, frame.box) : undefined;
    if (!greeting) throw new Error('no login');
    link.onFrame((next) => sent.push(next));
    link.send({ type: 'serverInfo', box: greeting });
  });
  link.send({ type: 'serverKey', serverKey: login.publicKey });
  const client = await connectDerp({ random: counting(), clock, ...options, stream: near });
  return { client, clock, link, end: near, sent };
}
