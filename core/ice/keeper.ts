import type { Clock } from '../clock.ts';
import type { Region, RegionId } from '../model/map.ts';
import { lifeMs, type GetCredentials, type TurnCredentials } from './credentials.ts';
import { hasTurn } from './servers.ts';

export interface KeeperOptions {
  readonly clock: Clock;
  /** Absent: the map has all there is. */
  readonly get: GetCredentials | undefined;
  /** How long before their end credentials are asked for anew, ms; never earlier than half of their life. */
  readonly marginMs: number;
  /** A request came to an end. */
  onDone(): void;
  onFailed(region: RegionId, error: unknown, retryMs: number): void;
}

/** Holds the credentials of regions, and renews those that are wanted. Knows no timer: `work` says when it wants to be called. */
export interface Keeper {
  /** Which are renewed from now on. Those of others stay until they end, or their region is not among `all` any more. */
  want(regions: readonly Region[], all: readonly Region[]): void;
  /** Asks for what is due, forgets what has ended. Ms until it must be called again. */
  work(): number;
  /** What a region takes now; undefined: nothing that is known. A region that needs none takes an empty one. */
  of(region: Region): Held | undefined;
  /** Nothing is known yet, and the first answer is under way. */
  isAwaited(region: Region): boolean;
  /** Since they came, ms; for ever where none are needed or known. */
  ageMs(region: Region): number;
  /** Why there are none. */
  failureOf(region: Region): unknown;
  close(): void;
}

interface Held {
  readonly credentials?: TurnCredentials;
  /** Epoch ms, on this machine's clock. */
  readonly expiresAt?: number;
}

/** What is known of one region. */
interface Entry {
  readonly relays: string;
  askedAtMs: number;
  held?: Held & { readonly lifeMs: number; readonly since: Instant; readonly cameAtMs: number };
  asking?: AbortController;
  failures: number;
  failure?: unknown;
  retryAtMs: number;
}

/** Both clocks: the monotonic one stands still while a machine sleeps, the other may be set back. */
interface Instant {
  readonly now: number;
  readonly wall: number;
}

const firstRetryMs = 1_000;
const longestRetryMs = 60_000;
/** A request may take so long. */
const requestMs = 10_000;
/** However short they live, they are not asked for more often. */
const leastBetweenMs = 1_000;
/** No longer sleep, while there is something to renew: what passes while the machine is suspended is seen then. */
const lookMs = 30_000;

/** Plain doubling to a bound. No chance in it: clients' credentials end at different times, so nothing need pull them apart. */
const retryMs = (failures: number): number => Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));

export function createKeeper({ clock, get, marginMs, onDone, onFailed }: KeeperOptions): Keeper {
  const entries = new Map<RegionId, Entry>();
  const closing = new AbortController();
  let wanted: readonly Region[] = [];

  const instant = (): Instant => ({ now: clock.now(), wall: clock.wall() });
  const needsNone = ({ nodes }: Region): boolean => get === undefined || !nodes.some(hasTurn);
  const elapsedMs = ({ now, wall }: Instant): number => Math.max(clock.now() - now, clock.wall() - wall);

  /** One of other relays under the same id is another one. */
  function entryOf({ id, nodes }: Region): Entry {
    const relays = JSON.stringify(nodes.map(({ host, turn }) => [host, turn?.urls]));
    const known = entries.get(id);
    if (known?.relays === relays) return known;
    known?.asking?.abort();
    const entry: Entry = { relays, askedAtMs: -Infinity, failures: 0, retryAtMs: -Infinity };
    entries.set(id, entry);
    return entry;
  }

  async function ask(region: Region, entry: Entry): Promise<void> {
    const asking = (entry.asking = new AbortController());
    const since = instant();
    entry.askedAtMs = since.now;
    const over = new AbortController();
    const limit = clock.sleep(requestMs, over.signal).then(() => { throw new Error(`no credentials within ${requestMs / 1000} s`); });
    try {
      const credentials = await Promise.race([request(region, asking.signal), limit, aborted(asking.signal)]);
      const life = lifeMs(credentials, since.wall);
      if (elapsedMs(since) >= life) throw new Error('the credentials ended before they came');
      entry.held = { credentials, ...(life < Infinity && { expiresAt: since.wall + life }), lifeMs: life, since, cameAtMs: clock.now() };
      entry.failures = 0;
    } catch (error) {
      if (closing.signal.aborted || entries.get(region.id) !== entry) return;
      entry.failure = error;
      entry.failures += 1;
      entry.retryAtMs = clock.now() + retryMs(entry.failures);
      onFailed(region.id, error, retryMs(entry.failures));
    } finally {
      over.abort();
      asking.abort();
      delete entry.asking;
    }
    onDone();
  }

  /** What is wrong with it comes as a rejection, also where it throws. */
  async function request(region: Region, signal: AbortSignal): Promise<TurnCredentials> {
    const credentials = await get?.(region, { signal });
    if (typeof credentials?.username !== 'string' || typeof credentials.credential !== 'string') throw new TypeError('credentials have a username and a credential');
    const { ttlMs = 0, expiresAt = 0 } = credentials;
    if (typeof ttlMs !== 'number' || typeof expiresAt !== 'number') throw new TypeError('ttlMs and expiresAt of credentials are numbers');
    return credentials;
  }

  /** Ms until this one must be looked at again. */
  function tend(region: Region): number {
    const entry = entryOf(region);
    const { held } = entry;
    const leftMs = held ? held.lifeMs - elapsedMs(held.since) : Infinity;
    if (entry.asking) return leftMs;
    const beforeEndMs = held ? leftMs - Math.min(marginMs, held.lifeMs / 2) : 0;
    const dueMs = Math.max(beforeEndMs, Math.max(entry.askedAtMs + leastBetweenMs, entry.retryAtMs) - clock.now());
    if (dueMs > 0) return Math.min(dueMs, leftMs);
    void ask(region, entry);
    return leftMs;
  }

  return {
    want(regions, all) {
      wanted = regions.filter((region) => !needsNone(region));
      for (const [id, { asking }] of entries) {
        if (all.some((region) => region.id === id)) continue;
        entries.delete(id);
        asking?.abort();
      }
    },
    work() {
      if (closing.signal.aborted) return Infinity;
      for (const entry of entries.values()) if (entry.held && elapsedMs(entry.held.since) >= entry.held.lifeMs) delete entry.held;
      const waitMs = Math.min(Infinity, ...wanted.map(tend));
      return Math.min(waitMs, waitMs < Infinity ? lookMs : Infinity);
    },
    of: (region) => (needsNone(region) ? {} : entryOf(region).held),
    isAwaited: (region) => !needsNone(region) && entryOf(region).held === undefined && entryOf(region).failures === 0,
    ageMs: (region) => clock.now() - (entries.get(region.id)?.held?.cameAtMs ?? -Infinity),
    failureOf: (region) => entries.get(region.id)?.failure,
    close() {
      closing.abort();
      for (const { asking } of entries.values()) asking?.abort();
    },
  };
}

const aborted = (signal: AbortSignal): Promise<never> => new Promise((_, reject) => {
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
});
