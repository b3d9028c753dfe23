import { FleetError, weather as presets, type Lab, type LabRelay, type Weather } from '../../lab/index.ts';

/** One relay as the page shows it. */
interface RelayWeather {
  readonly code: string;
  /** Round trip in calm weather. */
  readonly rttMs: number;
  readonly weather: Weather;
}

/** The weather of a lab's relays, which the lab changes but does not tell. */
export interface WeatherTracker {
  /** What stands, and what there is to choose from. */
  current(): { readonly relays: readonly RelayWeather[]; readonly presets: typeof presets };
  /**
   * Takes a request `{ code, weather }`, whatever it is; what is not named stays. Resolves with what then holds.
   *
   * @throws FleetError that says what is wrong with it
   */
  change(request: unknown): Promise<RelayWeather>;
}

export function trackWeather(lab: Pick<Lab, 'set'>, relays: readonly LabRelay[]): WeatherTracker {
  const current = new Map(relays.map((relay): [string, RelayWeather] => {
    const { delayMs, jitterMs, lossRate, udp, tcp, dead } = { ...presets.calm, ...relay };
    return [relay.code, { code: relay.code, rttMs: relay.rttMs, weather: { delayMs, jitterMs, lossRate, udp, tcp, dead } }];
  }));
  return {
    current: () => ({ relays: [...current.values()], presets }),
    async change(request) {
      const { code, weather } = readRequest(request);
      // The lab checks both: it is its weather.
      await lab.set(code as string, weather as Partial<Weather>);
      const before = current.get(code as string);
      if (!before) throw new FleetError('unknown', 'code', 'no such relay');
      const after = { ...before, weather: { ...before.weather, ...(weather as Partial<Weather>) } };
      current.set(after.code, after);
      return after;
    },
  };
}

function readRequest(request: unknown): { readonly code: unknown; readonly weather: unknown } {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) throw new FleetError('wrong', '', 'must be an object { code, weather }');
  const unknown = Object.keys(request).find((key) => key !== 'code' && key !== 'weather');
  if (unknown !== undefined) throw new FleetError('unknown', unknown.slice(0, 60), 'no such field; there are code, weather');
  return { code: undefined, weather: undefined, ...request };
}
