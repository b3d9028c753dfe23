import type { Clock } from '../clock.ts';
import { deadAtMs, missAfterMs, type Attention } from './attention.ts';
import type { RelayConnection } from './connection.ts';

export interface PulseOptions {
  readonly clock: Clock;
  /** Of the ping that proved the connection, ms. */
  readonly rttMs: number;
  /** Ends the watching. */
  readonly signal: AbortSignal;
  attention(): Attention;
  onPong(rttMs: number): void;
}

/** So late, and it was this program that slept, not the relay. */
const lateMs = 100;
/** How often such a delay is forgiven in a row: a page in the background has late timers for hours. */
const mostForgiven = 2;
/** A connection may read a coarser clock than ours. */
const clockStepMs = 1;
/** Weight of a new round trip in the smoothed one: RFC 6298 section 2. */
const smoothing = 1 / 8;

/** Watches a connection. Resolves with `silent` when its pings go unanswered, or `ended` when the signal aborts. */
export async function pulse(connection: RelayConnection, { clock, signal, attention, onPong, ...options }: PulseOptions): Promise<'silent' | 'ended'> {
  let { rttMs } = options;
  let pongAtMs = clock.now();
  const heardAtMs = (): number => {
    const { heardAtMs: atMs = -Infinity } = connection;
    // What is yet to come was read from another clock: it would keep a dead connection alive.
    return atMs <= clock.now() ? Math.max(pongAtMs, atMs) : pongAtMs;
  };

  while (!signal.aborted) {
    const restMs = heardAtMs() + attention().everyMs - clock.now();
    if (restMs > 0) {
      await clock.sleep(restMs, signal);
      continue;
    }
    const answer = await echo();
    if (answer === 'silent') return 'silent';
  }
  return 'ended';

  /** Pings until an answer or another sign of life comes, or it is too late. */
  async function echo(): Promise<'alive' | 'silent'> {
    const askedAtMs = clock.now();
    const over = new AbortController();
    const stop = (): void => over.abort();
    signal.addEventListener('abort', stop, { once: true });
    let answered = false;
    const ask = (): void => {
      pingOf(connection, clock, over.signal).then((ms) => {
        if (over.signal.aborted) return;
        answered = true;
        pongAtMs = clock.now();
        rttMs += (ms - rttMs) * smoothing;
        onPong(ms);
        stop();
      }, () => {}); // No answer: the time that passes tells.
    };
    try {
      let startedAtMs = askedAtMs;
      let asks = 0;
      let forgiven = 0;
      for (;;) {
        if (asks++ < 2) ask();
        const dueMs = Math.min(clock.now() + missAfterMs(rttMs), deadAtMs(startedAtMs, heardAtMs(), rttMs, attention()));
        await clock.sleep(Math.max(0, dueMs - clock.now()), over.signal);
        if (answered || signal.aborted || heardAtMs() > startedAtMs) return 'alive';
        if (clock.now() - dueMs > lateMs && forgiven++ < mostForgiven) {
          // The answer may lie unread: ask once more before anybody is declared dead.
          startedAtMs = clock.now();
          asks = 0;
          continue;
        }
        if (clock.now() >= deadAtMs(startedAtMs, heardAtMs(), rttMs, attention())) return 'silent';
      }
    } finally {
      stop();
      signal.removeEventListener('abort', stop);
    }
  }
}

/** The round trip of a connection's ping: what it says, where that can be, else what it took. One that throws is one that rejects. */
export async function pingOf(connection: RelayConnection, clock: Clock, signal: AbortSignal): Promise<number> {
  const sentAtMs = clock.now();
  const ms = await connection.ping(signal);
  const tookMs = clock.now() - sentAtMs + clockStepMs;
  return ms >= 0 && ms <= tookMs ? ms : tookMs;
}
