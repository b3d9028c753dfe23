import type { Clock } from '../clock.ts';
import type { NodeName, RegionId } from '../model/map.ts';
import type { Attention } from './attention.ts';
import type { Connect, RelayConnection, RelayNotice } from './connection.ts';
import type { Effect } from './inputs.ts';
import { pingOf, pulse } from './pulse.ts';

/** One attempt and, if it comes to one, its connection. */
export interface Live<C> {
  readonly region: RegionId;
  readonly node: NodeName;
  readonly connection: C | undefined;
  readonly rttMs: number | undefined;
  /** Ends it, whatever it is. */
  end(): void;
  /** Resolves when nothing is left of it. */
  readonly done: Promise<void>;
}

export interface LiveOptions<C extends RelayConnection> {
  readonly clock: Clock;
  readonly connect: Connect<C>;
  /** For the connection, the login and the first echo together, ms. */
  readonly connectTimeoutMs: number;
  attention(): Attention;
  /** Logged in. */
  onServes(): void;
  /** And it echoed: after `rttMs`. */
  onCarries(rttMs: number): void;
  onFailed(error: unknown): void;
  /** Not by `end`. */
  onLost(reason: 'transport' | 'silent', message: string): void;
  onNotice(notice: RelayNotice): void;
  onPong(rttMs: number): void;
}

/** What is left of a connection so long after it was told to close is its own affair, ms. */
const closeMs = 2_000;

/** Connects, proves that the relay carries, and watches the connection. Calls back nothing after `end`. */
export function openLive<C extends RelayConnection>({ region, node }: Extract<Effect, { do: 'connect' }>, options: LiveOptions<C>): Live<C> {
  const { clock, connectTimeoutMs } = options;
  const over = new AbortController();
  const { signal } = over;
  let connection: C | undefined;
  let rttMs: number | undefined;
  /** What the relay said last, of each kind: until it was proved that it carries, and for the rest of the turn, in which it may say much. */
  const said = new Map<RelayNotice['type'], RelayNotice>();

  const heed = (notice: RelayNotice): void => {
    if (notice.type !== 'restarting' && notice.type !== 'health') return;
    said.set(notice.type, notice);
    if (rttMs !== undefined && said.size === 1) void Promise.resolve().then(pass);
  };
  function pass(): void {
    const notices = [...said.values()];
    said.clear();
    for (const notice of notices) if (!signal.aborted) options.onNotice(notice);
  }

  async function run(): Promise<void> {
    // Started in a turn of its own: whoever asked for it has put it into its books by then.
    await Promise.resolve();
    const attempt = new AbortController();
    const abort = (): void => attempt.abort(signal.aborted ? undefined : new Error(`not connected within ${connectTimeoutMs} ms`));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    const done = new AbortController();
    void clock.sleep(connectTimeoutMs, done.signal).then(() => {
      if (!done.signal.aborted) abort();
    });
    try {
      const made = await unlessAborted(options.connect({ region, node, signal: attempt.signal, onNotice: heed }), attempt.signal);
      connection = made;
      if (!signal.aborted) options.onServes();
      rttMs = await unlessAborted(Promise.race([pingOf(made, clock, attempt.signal), endOf(made).then(({ message }) => Promise.reject(new Error(message)))]), attempt.signal);
    } catch (error) {
      // An echo that nobody waits for any more, where the connection ended before it came.
      attempt.abort();
      if (!signal.aborted) options.onFailed(error);
      await shut();
      return;
    } finally {
      done.abort();
      signal.removeEventListener('abort', abort);
    }
    await keep(connection, rttMs);
  }

  async function keep(made: C, firstRttMs: number): Promise<void> {
    const watching = new AbortController();
    const stop = (): void => watching.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    else options.onCarries(firstRttMs);
    pass();
    const silent = pulse(made, { clock, rttMs: firstRttMs, signal: watching.signal, attention: options.attention, onPong(ms) {
      rttMs = ms;
      if (!signal.aborted) options.onPong(ms);
    } });
    const why = await Promise.race([silent, endOf(made)]);
    const isOurs = signal.aborted;
    stop();
    signal.removeEventListener('abort', stop);
    if (!isOurs) options.onLost(why === 'silent' ? 'silent' : 'transport', typeof why === 'object' ? why.message : 'its pings went unanswered');
    await shut();
  }

  async function shut(): Promise<void> {
    const made = connection;
    connection = undefined;
    if (made) await closeQuietly(made);
  }

  /** Whatever a connection makes of its end, it is over. */
  async function closeQuietly(made: RelayConnection): Promise<void> {
    const done = new AbortController();
    try {
      await Promise.race([made.close(), clock.sleep(closeMs, done.signal)]);
    } catch {
      // Nobody could do more about it.
    }
    done.abort();
  }

  /** What comes too late is closed by whoever made it: the signal has told them. A connection that comes nevertheless is closed here. */
  function unlessAborted<T>(promise: Promise<T>, ended: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(ended.reason);
      if (ended.aborted) onAbort();
      ended.addEventListener('abort', onAbort, { once: true });
      promise.then((value) => {
        ended.removeEventListener('abort', onAbort);
        if (ended.aborted && isConnection(value)) void Promise.all([closeQuietly(value), endOf(value)]);
        resolve(value);
      }, (error: unknown) => {
        ended.removeEventListener('abort', onAbort);
        reject(error);
      });
    });
  }

  const done = run();
  return { region: region.id, node: node.name, get connection() { return connection; }, get rttMs() { return rttMs; }, end: () => over.abort(), done };
}

/** Why it ended. It should not reject; what does is over all the same. */
const endOf = ({ closed }: RelayConnection): Promise<{ readonly message: string }> => Promise.resolve(closed).then((message) => ({ message }), (error: unknown) => ({ message: String(error) }));

const isConnection = (value: unknown): value is RelayConnection => typeof value === 'object' && value !== null && 'closed' in value && 'close' in value;
