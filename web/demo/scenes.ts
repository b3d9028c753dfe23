import { calm, type RelayWeather, type Weather } from './weather.ts';

/** Weather worth looking at: a word for its button, and what to watch for. */
export interface Scene {
  readonly label: string;
  readonly hint: string;
  /** Of the nearest relay; absent: all are calm again. */
  readonly weather?: Weather;
  /** After so long it is calm again. */
  readonly lastsMs?: number;
}

/** Later than any report of steady waits while others are near. */
const slowMs = 2_000;

/** Longer than a silent home is waited for, shorter than the three reports that steady takes to leave it. */
const blipMs = 4_000;

/** Scenes for the nearest of these relays, such that they show something whatever the fleet is. */
export function scenesFor(relays: readonly RelayWeather[], nameOf: (code: string) => string): { readonly code: string; readonly scenes: readonly Scene[] } {
  const [first] = relays.toSorted((one, other) => one.rttMs - other.rttMs);
  if (!first) return { code: '', scenes: [] };
  const name = nameOf(first.code);
  return { code: first.code, scenes: [
    { label: 'A blip', hint: `${name} is silent for ${blipMs / 1000} s, then as before. A report or two miss it: is that a reason to leave?`, weather: { ...calm, dead: true }, lastsMs: blipMs },
    { label: 'Lossy', hint: `Six of ten packets to ${name} are lost now. It is still the nearest whenever it answers.`, weather: { ...calm, lossRate: 0.6 } },
    { label: 'Slow', hint: `${name} answers ${slowMs / 1000} s late. netcheck goes by the best of the last five minutes; steady does not wait so long where others are near, and counts a miss.`, weather: { ...calm, delayMs: slowMs } },
    { label: 'Dead', hint: `${name} answers nobody any more. Who is away from it first, and how many reports does that take?`, weather: { ...calm, dead: true } },
    { label: 'All calm', hint: 'Nothing is added, nothing is lost. Who finds back to the nearest, and when? netcheck wants a gain of 10 ms for it.' },
  ] };
}
