import type { Listener, PickerEvent } from './events.ts';
import { formatRelayMap } from './map/format.ts';
import type { RelayMap } from './model/map.ts';
import { withoutAddresses } from './picker/memory.ts';

/**
 * Records a run as JSON Lines: what the strategy saw and what it decided, so that a replay comes to the same decisions.
 * A header line with the strategy, its state and the map; then per report a `report` and a `decision` line; `map` and
 * `start` lines where those changed in between. Public addresses are left out unless asked for.
 */
export function traceRecorder(options: { readonly strategy: { readonly name: string }; readonly addresses: boolean; readonly write: (line: string) => void }): Listener<PickerEvent> {
  const line = (value: object): void => options.write(`${JSON.stringify(value)}\n`);
  let map: RelayMap | undefined;
  return (event) => {
    if (event.type === 'started') {
      const shown = formatRelayMap(event.context.map, { credentials: false });
      if (!map) line({ type: 'trace', version: 1, strategy: options.strategy.name, options: {}, state: event.state, map: shown });
      else if (map !== event.context.map) line({ type: 'map', at: event.at, map: shown });
      if (map && event.restarted) line({ type: 'start', at: event.at, state: event.state });
      map = event.context.map;
    }
    if (event.type === 'report') {
      const { map: _map, last: _last, ...context } = event.context;
      line({ type: 'report', at: event.at, report: options.addresses ? event.report : withoutAddresses(event.report), context });
      line({ type: 'decision', at: event.at, decision: event.decision });
    }
  };
}
