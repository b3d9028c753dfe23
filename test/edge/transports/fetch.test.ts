import { describe, expect, it } from 'vitest';
import type { RelayNode } from '../../../core/model/map.ts';
import type { Fetch } from '../../../edge/transports/fetch.ts';
import { https } from '../../../edge/transports/fetch.ts';
import { describeTransport, slowMs } from '../../contract/transport.ts';
import { startHttpServer } from '../../servers/http-server.ts';
import { closedPort, startTcpServer } from '../../servers/tcp-server.ts';
import { errorOf } from '../../until.ts';

const nodeAt = (port: number): RelayNode => ({ name: `at ${port}`, host: '127.0.0.1', https: { port, path: '/derp/probe', scheme: 'http' } });

const byFetch = 'fetch resolves names and chooses the family, out of our sight';

describeTransport('https (edge) over the fetch of Node', async () => {
  const live = await startHttpServer({ scheme: 'http' });
  const slow = await startHttpServer({ scheme: 'http', answer: (response) => setTimeout(() => response.writeHead(204).end(), slowMs) });
  const silent = await startTcpServer();
  return {
    create: () => https({ fetch }),
    live: nodeAt(live.port),
    slow: nodeAt(slow.port),
    silent: nodeAt(silent.port),
    silentWasAsked: () => silent.accepted > 0,
    closed: nodeAt(await closedPort()),
    heard: () => live.requests.length,
    close: async () => { await Promise.all([live, slow, silent].map((server) => server.close())); },
  };
}, { optOut: {
  'measures the family that is asked for': byFetch,
  'says when nobody listens': 'fetch does not tell why it failed',
  'finds a relay by its name': byFetch,
  'says when the name has no address': byFetch,
  'does not wait for DNS for ever': byFetch,
  'can be aborted while DNS is asked': byFetch,
  'ends a probe that waits for DNS when it is closed': byFetch,
  'leaves nothing behind': 'fetch keeps its connections for the next request',
} });

/** A platform whose requests take these times, by a clock of its own. */
function scripted(takeMs: readonly number[], answer: () => Response = () => new Response(null, { status: 204 })): { fetch: Fetch; now: () => number; asked: { url: string; init: RequestInit }[] } {
  let clockMs = 0;
  const asked: { url: string; init: RequestInit }[] = [];
  return {
    asked,
    now: () => clockMs,
    fetch: async (url, init) => {
      const tookMs = takeMs[asked.push({ url, init }) - 1];
      if (tookMs === undefined) throw new TypeError('Network connection lost.');
      clockMs += tookMs;
      return answer();
    },
  };
}

describe('https at the edge', () => {
  const signal = new AbortController().signal;
  const node = nodeAt(8080);

  it.each<{ what: string; takeMs: number[]; latencyMs: number; doubt?: string[] }>([
    { what: 'the fastest after the first', takeMs: [90, 31, 30, 33], latencyMs: 30 },
    { what: 'never the first, however fast', takeMs: [3, 31, 32, 35], latencyMs: 31 },
    { what: 'what it had when a later one failed', takeMs: [90, 31], latencyMs: 31 },
    { what: 'the first with its doubt, where nothing else came', takeMs: [90], latencyMs: 90, doubt: ['cold'] },
  ])('reports $what', async ({ takeMs, latencyMs, doubt }) => {
    expect(await https(scripted(takeMs)).probe(node, { signal })).toEqual({ kind: 'https', latencyMs, ...(doubt && { doubt }) });
  });

  it('asks for the path alone, follows nothing, keeps nothing', async () => {
    const platform = scripted([90, 30, 30, 30]);
    await https(platform).probe(node, { signal });
    expect(platform.asked).toHaveLength(4);
    for (const { url, init } of platform.asked) {
      expect(url).toBe('http://127.0.0.1:8080/derp/probe');
      expect(init).toMatchObject({ method: 'GET', redirect: 'manual', cache: 'no-store' });
      expect(init.headers).toBeUndefined();
    }
  });

  it.each<{ what: string; answer: () => Response }>([
    { what: 'a redirect', answer: () => new Response(null, { status: 302, headers: { location: 'http://169.254.169.254/' } }) },
    { what: 'an error', answer: () => new Response('sorry', { status: 503 }) },
    { what: 'a body without end', answer: () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(4096)) })) },
  ])('does not count $what', async ({ answer }) => {
    const platform = scripted([5, 5, 5], answer);
    expect(await errorOf(https(platform).probe(node, { signal }))).toMatchObject({ code: 'status', sent: true });
    expect(platform.asked).toHaveLength(1);
  });

  it.each<{ node: RelayNode; supported: boolean }>([
    { node, supported: true },
    { node: { name: 'a', host: 'relay.test', https: { port: 443, path: '/', scheme: 'https' } }, supported: true },
    { node: { name: 'a', host: 'relay.test', https: { port: 443, path: '/', scheme: 'https' }, certificate: 'sha256-raw:00' }, supported: false },
    { node: { name: 'a', host: 'relay.test', https: { port: 443, path: '/', scheme: 'https' }, insecure: true }, supported: false },
    { node: { name: 'a', host: 'relay.test', derp: { port: 443 } }, supported: false },
  ])('supports $node: $supported', ({ node, supported }) => {
    expect(https(scripted([])).supports(node)).toBe(supported);
  });
});
