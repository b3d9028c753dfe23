import type { Listener, PickerEvent } from './events.ts';
import { formatRelayMap } from './map/format.ts';
import type { RelayMap } from './model/map.ts';
import { present } from './model/present.ts';
import type { Report } from './model/report.ts';
import type { Strategy } from './model/strategy.ts';
import { withoutAddresses } from './picker/memory.ts';

/**
 * Records a run as JSON Lines: what the strategy saw and what it decided, so that a replay comes to the same decisions.
 * A header line with the strategy, its state and the map; then per report a `report` and a `decision` line; `map` and
 * `start` lines where those changed in between. Public addresses are left out unless asked for.
 */
export function traceRecorder(options: { readonly strategy: Pick<Strategy, 'name' | 'options'>; readonly addresses: boolean; readonly write: (line: string) => void }): Listener<PickerEvent> {
  const line = (value: object): void => options.write(`${JSON.stringify(value)}\n`);
  const shownReport = (report: Report): Report => (options.addresses ? report : withoutAddresses(report));
  let map: RelayMap | undefined;
  return (event) => {
    if (event.type === 'started') {
      const shown = formatRelayMap(event.context.map, { credentials: false });
      const last = event.context.last && shownReport(event.context.last);
      if (!map) line(present({ type: 'trace', version: 1, strategy: options.strategy.name, options: options.strategy.options ?? {}, state: event.state, map: shown, last }));
      else if (map !== event.context.map) line({ type: 'map', at: event.at, map: shown });
      if (map && event.restarted) line(present({ type: 'start', at: event.at, state: event.state, last }));
      map = event.context.map;
    }
    if (event.type === 'report') {
      const { map: _map, last: _last, ...context } = event.context;
      line({ type: 'report', at: event.at, report: shownReport(event.report), context });
      line({ type: 'decision', at: event.at, decision: event.decision });
    }
  };
}
