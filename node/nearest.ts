import { createPicker, nodesInOrder, type Decision, type Listener, type PickerEvent, type Preferences, type Region, type RelayMap, type RelayNode, type Report, type Store, type Strategy, type Transport } from '../universal/index.ts';
import { askEdge, type EdgeSource } from '../universal/edge.ts';
import { edgeMap } from '../universal/edge-map.ts';
import { getText } from './get-text.ts';
import { nodeNetwork } from './network/network.ts';
import { nodeTransports } from './transports/index.ts';

export interface NearestOptions {
  /** Default: the one that the edge serves. */
  readonly map?: RelayMap;
  /** URL of an edge, whose hint says what to measure first where nothing is known. Without an answer from it there is a note. */
  readonly edge?: EdgeSource;
  readonly signal?: AbortSignal;
  /** Default `steady()`. */
  readonly strategy?: Strategy;
  /** Remembers the home from call to call, so that it does not jump about. */
  readonly store?: Store;
  readonly preferences?: Preferences;
  /** Default: all that Node can measure. They are closed at the end. */
  readonly transports?: readonly Transport[];
  readonly onEvent?: Listener<PickerEvent>;
}

export interface Nearest {
  /** Absent: nothing answered. */
  readonly home?: { readonly region: Region; readonly nodes: readonly RelayNode[] };
  readonly report: Report;
  readonly decision: Decision;
}

/**
 * Measures once and names the nearest relay region, with its nodes in the order in which to try them.
 * Rejects when the signal aborts, and with a `RelayMapError` where the edge's map cannot be had; a network where nothing
 * answers gives a report without a home.
 */
export async function nearest({ signal, transports = nodeTransports(), map: given, edge, ...options }: NearestOptions): Promise<Nearest> {
  if (given === undefined && edge === undefined) throw new TypeError('neither a map nor an edge is given');
  const loading = given ? Promise.resolve(given) : edgeMap(edge ?? '', signal, getText);
  const asked = edge === undefined ? undefined : askEdge(edge, loading, { signal, get: getText, note: (code, message) => options.onEvent?.({ type: 'note', at: Date.now(), code, message }) });
  const map = await loading.catch(async (error: unknown) => {
    asked?.end();
    for (const transport of transports) await transport.close();
    throw error;
  });
  const picker = createPicker({ ...options, map, transports, network: nodeNetwork(), ...(asked && { prior: asked.prior }) });
  try {
    const { report, decision } = await picker.report({ ...(signal && { signal }) });
    const region = map.regions.find(({ id }) => id === decision.home);
    return { ...(region && { home: { region, nodes: nodesInOrder(region, options.preferences) } }), report, decision };
  } finally {
    asked?.end();
    await picker.close();
  }
}
