import type { Clock } from '../core/clock.ts';
import { DerpError, PING_BYTES } from '../core/wire/derp.ts';
import type { Random } from './box.ts';
import { hexOf } from './keys.ts';
import type { Link } from './link.ts';

export interface PingOptions {
  /** How long to wait. Default 5 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Pings of ours that are under way. */
export interface Pings {
  /** The round trip, ms. */
  send(options?: PingOptions): Promise<number>;
  /** A pong came. One that nobody waits for is ignored. */
  answered(data: Uint8Array): void;
  /** The link has ended: no pong follows. */
  end(): void;
}

const defaultTimeoutMs = 5_000;

export function createPings(link: Link, clock: Clock, random: Random): Pings {
  const waiting = new Map<string, (atMs?: number) => void>();

  async function send({ timeoutMs = defaultTimeoutMs, signal }: PingOptions = {}): Promise<number> {
    signal?.throwIfAborted();
    if (link.failure) throw link.failure;
    const data = new Uint8Array(PING_BYTES);
    random(data);
    const key = hexOf(data);
    const done = new AbortController();
    const abort = (): void => done.abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const answered = new Promise<number | undefined>((resolve) => { waiting.set(key, resolve); });
      const sentAtMs = clock.now();
      link.send({ type: 'ping', data });
      const answeredAtMs = await Promise.race([answered, clock.sleep(timeoutMs, done.signal)]);
      if (answeredAtMs !== undefined) return answeredAtMs - sentAtMs;
      signal?.throwIfAborted();
      throw link.failure ?? new DerpError('timeout', `no pong within ${timeoutMs} ms`);
    } finally {
      waiting.delete(key);
      signal?.removeEventListener('abort', abort);
      // Without a reason one would be made, with a trace of the stack, for nobody: a tenth of a ping's own time.
      done.abort(null);
    }
  }

  return {
    send,
    answered: (data) => waiting.get(hexOf(data))?.(clock.now()),
    end() {
      for (const settle of waiting.values()) settle();
    },
  };
}
