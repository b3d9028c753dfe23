import { ProbeFailure } from '../../core/errors.ts';
import type { Sample } from '../../core/model/sample.ts';
import { attempts } from '../../core/probe/attempts.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { httpsUrl, isMixed } from '../mixed-content.ts';
import { isSettled } from './settled.ts';
import { createStartUp, type Noted } from './start-up.ts';
import { watchEntry, type ObserverConstructor } from './resource-timing.ts';
import { readBody } from '../../universal/read-body.ts';

export interface HttpsOptions {
  readonly fetch?: typeof fetch;
  /** Monotonic ms with fractions. */
  readonly now?: () => number;
  readonly PerformanceObserver?: ObserverConstructor;
  /** Whether these times, ms in order, are enough. Default: two agree, or there are four; where data is dear, one. */
  readonly isEnough?: (timesMs: readonly number[]) => boolean;
}

/** No cookies, no cache, and nothing that would have the browser ask the relay's permission first. */
const common: RequestInit = { credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer', priority: 'high' };
const readable: RequestInit = { ...common, mode: 'cors', redirect: 'error' };
const opaque: RequestInit = { ...common, mode: 'no-cors', method: 'HEAD' };

/** What an answer's body may hold. A relay's is empty. */
const maxBytes = 8192;

/**
 * Times requests at `node.https` on a warm connection, until two agree; the lowest is the latency. A first one, which pays
 * for DNS, TCP and TLS, comes before.
 *
 * The browser's own times of the request count, if the relay shows them (`Timing-Allow-Origin`): 1 to 2 ms more than the
 * round trip, by a clock of whole ms (Firefox) within 2 ms of it. Otherwise the time from call to answer does, which the browser's processes add 2 to 7 ms to: doubt
 * `event-loop`. Cut short, it resolves with what it knows; if that is the first request's time, with the doubt `cold`.
 *
 * Relays that let no page read their answers (no `Access-Control-Allow-Origin`) are asked by `HEAD`, whose status stays
 * unseen. It reads a little otherwise than `GET`, so once there is one such relay all are asked like it.
 */
export function https(options: HttpsOptions = {}): Transport {
  const probes = attempts('https', (_, attempt) => new ProbeFailure('failed', 'no answer: browsers do not tell why', attempt.sent));
  const startUp = createStartUp();
  let way = readable;

  return {
    name: 'https',
    kind: 'https',
    supports: (node) => node.https !== undefined && !isMixed(httpsUrl(node)),
    probe: (node, { signal }) => probes.run(signal, async (attempt) => {
      const url = httpsUrl(node);
      if (!url) throw new ProbeFailure('failed', `${node.name} has no HTTPS`, false);
      const ask = (init: RequestInit): Promise<Noted> => time(url, { ...init, signal: attempt.signal }, options);
      attempt.sent = true;
      let used = way;
      const cold = await ask(used).catch((error: unknown) => {
        if (used === opaque || error instanceof ProbeFailure || attempt.signal.aborted) throw error;
        // A relay that is down and one that pages may not read look the same; only the latter answers this.
        return ask(used = opaque);
      });
      if (used === opaque) way = opaque;
      attempt.known = { kind: 'https', latencyMs: cold.ms, doubt: ['cold'] };
      const warm: Noted[] = [];
      let warmMs: number[];
      let sample: Sample;
      do {
        const noted = await ask(used);
        startUp.learn(noted);
        warm.push(noted);
        const read = warm.map(startUp.read);
        warmMs = read.map(({ ms }) => ms);
        const latencyMs = Math.min(...warmMs);
        sample = attempt.known = { kind: 'https', latencyMs, ...(read.every(({ ms, byClock }) => byClock || ms > latencyMs) && { doubt: ['event-loop'] }) };
      } while (!(options.isEnough ?? isSettled)(warmMs));
      return sample;
    }),
    close: probes.close,
  };
}

async function time(base: string, init: RequestInit, { fetch = globalThis.fetch, now = () => performance.now(), PerformanceObserver = globalThis.PerformanceObserver }: HttpsOptions): Promise<Noted> {
  // By its name the browser's record of this request is found.
  const url = `${base}${base.includes('?') ? '&' : '?'}nr=${Math.random().toString(36).slice(2)}`;
  const entry = watchEntry(url, PerformanceObserver);
  try {
    const sentAt = now();
    const response = await fetch(url, init);
    const byClockMs = now() - sentAt;
    if (response.type !== 'opaque' && !response.ok) throw new ProbeFailure('status', `HTTP status ${response.status}`, true);
    if (!(await readBody(response.body, maxBytes))) throw new ProbeFailure('status', `an answer of more than ${maxBytes} bytes`, true);
    const { startTime = 0, requestStart = 0, responseStart = 0, duration = byClockMs } = await entry.found() ?? {};
    const latencyMs = responseStart - requestStart;
    const answeredMs = requestStart > 0 ? responseStart - startTime : 0;
    if (requestStart > 0 && latencyMs > 0) return { ms: latencyMs, byClock: false, waitMs: requestStart - startTime, answeredMs };
    return { ms: Math.min(byClockMs, duration || byClockMs), byClock: true, answeredMs };
  } finally {
    entry.stop();
  }
}
