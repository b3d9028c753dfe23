import type { Decision, RelayMap, RelayNode, Report, Sample } from '../../../core/index.ts';
import { https, nearest, nearestIceServers, turn, watchNearest, webTransports, websocket, type Nearest } from '../../../web/index.ts';

/** Given by the test. */
const { labMap: map } = globalThis as unknown as { labMap: RelayMap };

const transports = { https, websocket, turn };
export type Told = Sample | { readonly code: string; readonly message: string };

/** One probe after another of each node, in turn, by one transport; what came of them by node. */
export async function probe(kind: keyof typeof transports, nodes: readonly RelayNode[], rounds: number, timeoutMs = 5000): Promise<Told[][]> {
  const transport = transports[kind]();
  const told: Told[][] = nodes.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, node] of nodes.entries()) {
      const sample = await transport.probe(node, { signal: AbortSignal.timeout(timeoutMs) }).catch(({ code, message }: { code: string; message: string }) => ({ code, message }));
      told[index]?.push(sample);
    }
  }
  await transport.close();
  return told;
}

export interface Finding {
  readonly home: string | undefined;
  readonly tookMs: number;
  readonly decision: Decision;
  readonly report: Report;
}

const finding = ({ home, decision, report }: Nearest, began: number): Finding => ({ home: home?.region.code, tookMs: performance.now() - began, decision, report });

export async function find(options: { readonly until?: 'certain' | 'complete'; readonly kinds?: ('https' | 'websocket' | 'ice')[] } = {}): Promise<Finding> {
  const began = performance.now();
  const { kinds, ...rest } = options;
  return finding(await nearest({ map, ...rest, ...(kinds && { transports: webTransports({ kinds }) }) }), began);
}

/** What `watch` has told so far. */
const seen: Finding[] = [];
let stop: AbortController | undefined;

export function watch(): void {
  stop = new AbortController();
  const began = performance.now();
  void (async (signal) => {
    for await (const found of watchNearest({ map, signal })) seen.push(finding(found, began));
  })(stop.signal);
}
export const watched = (): readonly Finding[] => seen;
export const unwatch = (): void => stop?.abort();

export async function iceServers(servers: RTCIceServer[]): Promise<{ readonly urls: string[]; readonly region: string; readonly fallback: string | undefined; readonly connection: boolean; readonly reason: string }> {
  const { iceServers, region, fallback, decision } = await nearestIceServers({ iceServers: servers, verify: turn() });
  const connection = new RTCPeerConnection({ iceServers });
  connection.close();
  return { urls: iceServers.flatMap(({ urls }) => urls), region: region.code, fallback: fallback?.code, connection: connection.connectionState === 'closed', reason: decision.reason };
}

/** The names of what lies in localStorage. */
export const stored = (): string[] => Object.keys(localStorage);
