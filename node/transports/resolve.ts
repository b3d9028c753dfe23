import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { ProbeFailure } from '../../core/errors.ts';
import { familyOf, formatIp, parseIp } from '../../core/model/address.ts';
import type { Family } from '../../core/model/kind.ts';
import { onAbort } from '../../core/probe/on-abort.ts';

/** The form of `dns.lookup` that is used; `createResolver({ lookup })` takes another. */
export type Lookup = (host: string, options: { family: Family; all: true }, callback: (error: Error | null, addresses: LookupAddress[]) => void) => void;

export interface Resolver {
  /**
   * The first address of `host` in the family. Rejects with a `ProbeFailure`: `dns` if there is none, or the look-up failed
   * or brought nothing within its bound; `aborted` when `signal` aborts.
   */
  resolve(host: string, family: Family, signal: AbortSignal): Promise<string>;
}

export interface ResolverOptions {
  readonly lookup?: Lookup;
  /** Bound of one look-up. The system's own is 5 s and more a name server, longer than a whole report. */
  readonly timeoutMs?: number;
  /** An answer serves so long; `dns.lookup` does not tell the record's own time to live. */
  readonly ttlMs?: number;
  /** A failure stands so long, so that many probes of one dead name make one look-up. */
  readonly failureTtlMs?: number;
  /** Names and families kept. */
  readonly max?: number;
  readonly now?: () => number;
}

interface Entry {
  readonly result: Promise<string>;
  /** The last good address, for when a later look-up fails: a relay rarely moves, a resolver often hiccups. */
  good?: string;
  /** Absent while the look-up is under way. */
  until?: number;
}

/** DNS once for each host and family: cached, one look-up at a time for a name, each with a bound. */
export function createResolver({
  lookup = systemLookup, timeoutMs = 2000, ttlMs = 60_000, failureTtlMs = 5000, max = 1000, now = () => performance.now(),
}: ResolverOptions = {}): Resolver {
  const entries = new Map<string, Entry>();

  function find(host: string, family: Family): Promise<string> {
    const key = `${family} ${host}`;
    const known = entries.get(key);
    if (known && (known.until === undefined || now() < known.until)) return known.result;
    const good = known?.good;
    const asked = askOnce(lookup, host, family, timeoutMs);
    const entry: Entry = { result: good === undefined ? asked : asked.catch(() => good), ...(good !== undefined && { good }) };
    asked.then(
      (address) => {
        entry.good = address;
        entry.until = now() + ttlMs;
      },
      () => {
        entry.until = now() + failureTtlMs;
      },
    );
    // The least recently looked up goes first: a map keeps the order in which keys were set.
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= max) break;
      entries.delete(oldest);
    }
    return entry.result;
  }

  return {
    resolve(host, family, signal): Promise<string> {
      const literal = parseIp(host);
      if (literal && familyOf(literal) === family) return Promise.resolve(formatIp(literal));
      if (literal || host === '') return Promise.reject(new ProbeFailure('dns', `${host || 'the host'} has no IPv${family} address`, false));
      return abortable(find(host.toLowerCase(), family), signal);
    },
  };
}

/** One look-up. A look-up cannot be called off, so past its bound it goes on unheard. */
function askOnce(lookup: Lookup, host: string, family: Family, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new ProbeFailure('dns', `${host}: ${why}`, false));
    const timer = setTimeout(() => fail(`no answer from DNS within ${timeoutMs} ms`), timeoutMs);
    timer.unref();
    try {
      lookup(host, { family, all: true }, (error, addresses) => {
        clearTimeout(timer);
        if (error) return fail(error.message);
        const found = addresses.map(({ address }) => parseIp(address)).find((ip) => ip && familyOf(ip) === family);
        if (found) resolve(formatIp(found));
        else fail(`no IPv${family} address`);
      });
    } catch (error) {
      clearTimeout(timer);
      fail(error instanceof Error ? error.message : String(error));
    }
  });
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(new ProbeFailure('aborted', 'aborted while DNS was asked', false));
    if (signal.aborted) return aborted();
    const stopListening = onAbort(signal, aborted);
    promise.finally(stopListening).then(resolve, reject);
  });
}
