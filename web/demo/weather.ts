/** The network in front of one relay, as the lab's `docs/lab.md` says. */
export interface Weather {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly lossRate: number;
  readonly udp: boolean;
  readonly tcp: 'open' | 'silent' | 'refused';
  readonly dead: boolean;
}

export interface RelayWeather {
  readonly code: string;
  /** Round trip in calm weather. */
  readonly rttMs: number;
  readonly weather: Weather;
}

export type Presets = Readonly<Record<string, Partial<Weather>>>;

export const calm: Weather = { delayMs: 0, jitterMs: 0, lossRate: 0, udp: true, tcp: 'open', dead: false };

const fields = Object.keys(calm) as (keyof Weather)[];
const areEqual = (one: Weather, other: Weather): boolean => fields.every((field) => one[field] === other[field]);

export const isCalm = (weather: Weather): boolean => areEqual(weather, calm);

/** The preset that is this weather, to the last figure. */
export const presetOf = (weather: Weather, presets: Presets): string | undefined =>
  Object.keys(presets).find((name) => areEqual({ ...calm, ...presets[name] }, weather));

const presetNames: Readonly<Record<string, string>> = {
  calm: 'Calm', fibre: 'Fibre', goodWifi: 'Good Wi-Fi', cable: 'Cable', busyWifi: 'Busy Wi-Fi', fourG: '4G', lowOrbit: 'Low orbit', bufferbloat: 'Bufferbloat',
  threeG: '3G', satellite: 'Satellite', unusable: 'Unusable', udpBlocked: 'UDP blocked', serviceDead: 'Service dead', dead: 'Dead',
};

export const presetName = (preset: string): string => presetNames[preset] ?? preset;

export const formatShare = (share: number): string => `${Math.round(share * 1000) / 10} %`;

/** What is not calm, in a few words, such as `+40 ms, 5 % lost`. */
export function weatherInWords({ delayMs, jitterMs, lossRate, udp, tcp, dead }: Weather): string {
  if (dead) return 'dead';
  const words = [
    delayMs > 0 && `+${delayMs} ms`, jitterMs > 0 && `±${jitterMs} ms`, lossRate > 0 && `${formatShare(lossRate)} lost`,
    !udp && 'no UDP', tcp !== 'open' && `TCP ${tcp}`,
  ].filter((word) => word !== false);
  return words.join(', ') || 'calm';
}
