import { ProbeFailure } from '../../core/errors.ts';
import { formatEndpoint } from '../../core/model/address.ts';
import type { RelayNode } from '../../core/model/map.ts';
import type { Sample } from '../../core/model/sample.ts';
import { attempts, type Attempt } from '../../core/probe/attempts.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { edgeFailure } from './allowance.ts';
import { readBody } from '../../universal/read-body.ts';

/** What is used of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpsOptions {
  readonly fetch: Fetch;
  /** Timed requests a probe, after one that warms the connection up; the fastest counts. */
  readonly tries?: number;
  /** What a request reads that is shorter than a step of the clock. */
  readonly leastMs?: number;
  /** Monotonic ms. On Workers it moves only across I/O. */
  readonly now?: () => number;
}

/** What an answer's body may hold. A relay's is empty. */
const maxBytes = 8192;

/**
 * Times requests at `node.https`, from the call to the head of the response. A first one, which pays for DNS, TCP and TLS,
 * comes before; cut short, its time is the latency, with the doubt `cold`. A redirect is not followed: it might lead
 * anywhere. Relays with certificates of their own are left out, as the platform trusts public ones alone.
 */
export function https({ fetch, tries = 3, leastMs = 0, now = () => performance.now() }: HttpsOptions): Transport {
  const probes = attempts('https', edgeFailure);
  return {
    name: 'https',
    kind: 'https',
    supports: (node) => urlOf(node) !== undefined,
    probe: (node, { signal }) => probes.run(signal, async (attempt) => {
      const url = urlOf(node);
      if (url === undefined) throw new ProbeFailure('failed', `${node.name} has no HTTPS that can be asked`, false);
      const ask = async (): Promise<number> => Math.max(leastMs, await timeRequest(fetch, url, attempt, now));
      attempt.known = { kind: 'https', latencyMs: await ask(), doubt: ['cold'] };
      let best: Sample | undefined;
      for (let made = 0; made < tries; made++) {
        const latencyMs = await ask();
        if (latencyMs < (best?.latencyMs ?? Infinity)) attempt.known = best = { kind: 'https', latencyMs };
      }
      return attempt.known;
    }),
    close: probes.close,
  };
}

async function timeRequest(fetch: Fetch, url: string, attempt: Attempt, now: () => number): Promise<number> {
  const startedAt = now();
  const answer = fetch(url, { method: 'GET', redirect: 'manual', cache: 'no-store', signal: attempt.signal });
  attempt.sent = true;
  const response = await answer;
  const latencyMs = now() - startedAt;
  if (!response.ok) {
    await response.body?.cancel();
    throw new ProbeFailure('status', `HTTP status ${response.status}`, true);
  }
  if (!(await readBody(response.body, maxBytes))) throw new ProbeFailure('status', `an answer of more than ${maxBytes} bytes`, true);
  return latencyMs;
}

function urlOf({ host, serverName, https: endpoint, certificate, insecure }: RelayNode): string | undefined {
  if (!endpoint || (endpoint.scheme === 'https' && (certificate !== undefined || insecure))) return undefined;
  return `${endpoint.scheme}://${formatEndpoint(serverName ?? host, endpoint.port)}${endpoint.path}`;
}
