import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { ClientRequest } from 'node:http';
import { addressOf } from '../../core/model/address.ts';
import type { RelayMap, RelayNode } from '../../core/model/map.ts';
import type { Report } from '../../core/model/report.ts';
import type { NetworkCheck } from '../../core/probe/check.ts';
import { bound } from './bound.ts';

/** Lets STUN answer first; then there is nothing to look for (netcheck's `captivePortalDelay`). */
const startMs = 200;
/** A portal stands in the local network, so this is much (captivedetection's `Timeout`). */
const maxMs = 3000;
/** Asked at once (captivedetection's `detectOnInterface`). */
const maxNodes = 5;
/** What a relay answers is ten lines. */
const maxHeaderBytes = 8192;

type Verdict = 'genuine' | 'captive';

/**
 * Captive portal: does plain HTTP to relays reach the relays? Each is asked for `/generate_204` with a challenge that only a
 * relay knows to answer. Whoever answers otherwise is somebody in between. netcheck believes the first odd answer; a portal
 * stands before all relays alike, so here one genuine answer outweighs any odd one, such as that of a single broken or
 * blocked relay. Without any answer the field stays unknown (netcheck says no).
 */
export function captivePortal(): NetworkCheck {
  return {
    name: 'portal',
    delayMs: startMs,
    timeoutMs: maxMs,
    fullOnly: true,
    moot: 'udp',
    async run({ map, report, signal }) {
      const limit = bound(signal, maxMs);
      try {
        const verdicts = portalNodes(map, report).map(async (node) => {
          const verdict = await ask(node, limit.signal);
          if (verdict === 'genuine') limit.end();
          return verdict;
        });
        const found = await Promise.all(verdicts);
        if (found.includes('genuine')) return { captivePortal: false };
        return found.includes('captive') ? { captivePortal: true } : {};
      } finally {
        limit.end();
      }
    },
  };
}

/**
 * The nodes to ask, at most five: those that answer plain HTTP, in regions that may be probed and are not to be avoided; the
 * regions that answered best so far first, one node of each before the second of any. Addresses need no DNS, which portals
 * meddle with too; a name is used where the map has no address.
 */
export function portalNodes(map: RelayMap, report: Report): RelayNode[] {
  const latency = (id: string): number => report.regions[id]?.latencyMs ?? Number.POSITIVE_INFINITY;
  const regions = map.regions
    .filter((region) => !region.avoid && !region.noHome)
    .map((region) => ({ latencyMs: latency(region.id), nodes: region.nodes.filter(canAsk) }))
    .sort((a, b) => (a.latencyMs === b.latencyMs ? 0 : a.latencyMs - b.latencyMs));
  const longest = Math.max(0, ...regions.map((region) => region.nodes.length));
  const nodes: RelayNode[] = [];
  for (let at = 0; at < longest && nodes.length < maxNodes; at++) nodes.push(...regions.flatMap((region) => region.nodes[at] ?? []));
  return nodes.slice(0, maxNodes);
}

const canAsk = (node: RelayNode): boolean => node.canPort80 === true && addressOf(node, 4) !== undefined && portOf(node) > 0 && portOf(node) < 65_536;

/** Asks one node; undefined if no HTTP answer came. Never rejects; the socket is gone when it resolves. */
function ask(node: RelayNode, signal: AbortSignal): Promise<Verdict | undefined> {
  return new Promise((resolve) => {
    // Of the characters that a relay echoes, and shorter than its limit of 64; new each time, so that no cache knows it.
    const challenge = `nr_${randomBytes(12).toString('hex')}`;
    let verdict: Verdict | undefined;
    let sent: ClientRequest;
    try {
      sent = challengeRequest(node, challenge, signal);
    } catch {
      return resolve(undefined);
    }
    const judge = (status: number | undefined, echo: string | string[] | undefined): void => {
      verdict = status === 204 && echo === `response ${challenge}` ? 'genuine' : 'captive';
      // Neither a body nor a place to go on to says more than the head did.
      sent.destroy();
    };
    sent.on('response', ({ statusCode, headers }) => judge(statusCode, headers['x-tailscale-response']));
    sent.on('upgrade', ({ statusCode }) => judge(statusCode, undefined));
    sent.on('error', () => {});
    sent.on('close', () => resolve(verdict));
    sent.end();
  });
}

/** Throws where the map's host cannot be asked. */
function challengeRequest(node: RelayNode, challenge: string, signal: AbortSignal): ClientRequest {
  const address = addressOf(node, 4);
  return request({
    host: address === undefined || address === 'dns' ? node.host : address,
    port: portOf(node),
    path: '/generate_204',
    headers: { 'Cache-Control': 'no-cache, no-store', 'X-Tailscale-Challenge': challenge },
    agent: false,
    family: 4,
    maxHeaderSize: maxHeaderBytes,
    signal,
  });
}

/** Relays without TLS, such as a derper in development mode, serve it where they serve everything. */
const portOf = (node: RelayNode): number => (node.https?.scheme === 'http' ? node.https.port : 80);
