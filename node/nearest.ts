import { createPicker, type Decision, type Listener, type PickerEvent, type Preferences, type Region, type RelayMap, type RelayNode, type Report, type Store, type Strategy, type Transport } from '../universal/index.ts';
import { nodeNetwork } from './network/network.ts';
import { nodeTransports } from './transports/index.ts';

export interface NearestOptions {
  readonly map: RelayMap;
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
 * Rejects only when the signal aborts; a network where nothing answers gives a report without a home.
 */
export async function nearest({ signal, transports = nodeTransports(), ...options }: NearestOptions): Promise<Nearest> {
  const picker = createPicker({ ...options, transports, network: nodeNetwork() });
  try {
    const { report, decision } = await picker.report({ ...(signal && { signal }) });
    const region = options.map.regions.find(({ id }) => id === decision.home);
    return { ...(region && { home: { region, nodes: region.nodes } }), report, decision };
  } finally {
    await picker.close();
  }
}
