import type { RelayMap } from '../../universal/index.ts';
import { element } from './dom.ts';
import type { Point } from './history.ts';
import { ranges } from './steps.ts';
import { createWeatherRow, type WeatherRow } from './weather-row.ts';
import { calm, isCalm, type Weather } from './weather.ts';
import type { WeatherState } from './weather-server.ts';

export interface WeatherPanel {
  readonly element: HTMLElement;
  /** Makes it the weather of a relay, as if its controls had been moved. */
  set(code: string, weather: Partial<Weather>): void;
  /** Of those that are not. */
  calmAll(): void;
  /** What stands by now, after another tab or program changed it. */
  show(state: WeatherState): void;
  showMeasured(code: string, last: Point | undefined): void;
}

/** A row of controls for each relay. `changed` hears of each change with the whole weather that it makes. */
export function createWeatherPanel(map: RelayMap, state: WeatherState, changed: (code: string, change: Partial<Weather>, weather: Weather) => void): WeatherPanel {
  const weathers = new Map<string, Weather>();
  const rows = new Map<string, WeatherRow>();

  function set(code: string, change: Partial<Weather>): void {
    const weather = { ...(weathers.get(code) ?? calm), ...change };
    weathers.set(code, weather);
    rows.get(code)?.show(weather);
    changed(code, change, weather);
  }

  for (const [colour, region] of map.regions.entries()) {
    const relay = state.relays.find(({ code }) => code === region.code);
    if (relay) rows.set(region.code, createWeatherRow({ region, colour: colour % 8, rttMs: relay.rttMs, presets: state.presets, change: (change) => set(region.code, change) }));
  }
  const heads = ['Relay', ...ranges.map(({ label }) => label), 'Like', 'Dead'].map((text) => element('span', {}, text));
  const panel: WeatherPanel = {
    element: element('div', { class: 'relays' }, element('div', { class: 'relay-heads', 'aria-hidden': 'true' }, ...heads), ...[...rows.values()].map((row) => row.element)),
    set,
    calmAll() {
      for (const [code, weather] of weathers) {
        if (!isCalm(weather)) set(code, calm);
      }
    },
    show({ relays }) {
      for (const { code, weather } of relays) {
        weathers.set(code, weather);
        rows.get(code)?.show(weather);
      }
    },
    showMeasured: (code, last) => rows.get(code)?.showMeasured(last),
  };
  panel.show(state);
  return panel;
}
