import { calm } from './weather.ts';
import type { Weather } from './weather.ts';

/** An access network: round figures for what it adds to the path behind it. */
export type AccessWeather = Pick<Weather, 'delayMs' | 'jitterMs' | 'lossRate'>;

/**
 * Weather to `set`, from the best to the unusable. An access network says nothing about UDP, TCP and death, and leaves
 * them as they are; `calm` and the last three set what they are named after.
 */
export const weather: {
  readonly calm: Weather;
  readonly fibre: AccessWeather;
  readonly goodWifi: AccessWeather;
  readonly cable: AccessWeather;
  readonly busyWifi: AccessWeather;
  readonly fourG: AccessWeather;
  readonly lowOrbit: AccessWeather;
  readonly bufferbloat: AccessWeather;
  readonly threeG: AccessWeather;
  readonly satellite: AccessWeather;
  readonly unusable: AccessWeather;
  readonly udpBlocked: Pick<Weather, 'udp'>;
  /** STUN answers, the service does not: a relay that answers but does not serve. */
  readonly serviceDead: Pick<Weather, 'tcp'>;
  readonly dead: Pick<Weather, 'dead'>;
} = {
  calm,
  fibre: { delayMs: 2, jitterMs: 0.2, lossRate: 0 },
  goodWifi: { delayMs: 3, jitterMs: 1, lossRate: 0.001 },
  cable: { delayMs: 10, jitterMs: 2, lossRate: 0.001 },
  busyWifi: { delayMs: 5, jitterMs: 15, lossRate: 0.02 },
  fourG: { delayMs: 40, jitterMs: 10, lossRate: 0.005 },
  // A dish that follows satellites 550 km up: short, but handed over every 15 s, with bursts of loss.
  lowOrbit: { delayMs: 35, jitterMs: 12, lossRate: 0.01 },
  // A full queue in front of a slow uplink.
  bufferbloat: { delayMs: 250, jitterMs: 80, lossRate: 0.01 },
  threeG: { delayMs: 150, jitterMs: 50, lossRate: 0.02 },
  // Geostationary: 36,000 km up and down again, both ways, is 480 ms of light alone.
  satellite: { delayMs: 600, jitterMs: 30, lossRate: 0.01 },
  unusable: { delayMs: 2000, jitterMs: 1000, lossRate: 0.5 },
  udpBlocked: { udp: false },
  serviceDead: { tcp: 'silent' },
  dead: { dead: true },
};
