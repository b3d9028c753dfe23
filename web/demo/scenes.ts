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

/** Below the 10 ms that netcheck wants of a move, above what steady takes for noise. */
const smallGainMs = 8;

/** Longer than a silent home is waited for, shorter than the three reports that steady takes to leave it. */
const blipMs = 4_000;

/** Scenes for the nearest of these relays, such that they show something whatever the fleet is. */
export function scenesFor(relays: readonly RelayWeather[], nameOf: (code: string) => string): { readonly code: string; readonly scenes: readonly Scene[] } {
  const [first, second] = relays.toSorted((one, other) => one.rttMs - other.rttMs);
  if (!first) return { code: '', scenes: [] };
  const name = nameOf(first.code);
  const slower: Scene[] = second ? [{
    label: 'A little slower',
    hint: `${nameOf(second.code)} is now ${smallGainMs} ms nearer than ${name}. netcheck wants 10 ms. steady wants proof, and remembers ${name}’s better times for five minutes.`,
    weather: { ...calm, delayMs: Math.max(0, Math.ceil(second.rttMs - first.rttMs)) + smallGainMs },
  }] : [];
  return { code: first.code, scenes: [
    { label: 'A blip', hint: `${name} is silent for ${blipMs / 1000} s, then as before. A report or two miss it: is that a reason to leave?`, weather: { ...calm, dead: true }, lastsMs: blipMs },
    { label: 'Lossy', hint: `Six of ten packets to ${name} are lost now. It is still the nearest whenever it answers.`, weather: { ...calm, lossRate: 0.6 } },
    { label: 'Dead', hint: `${name} answers nobody any more. Who is away from it first, and how many reports does that take?`, weather: { ...calm, dead: true } },
    ...slower,
    { label: 'All calm', hint: 'Nothing is added, nothing is lost. Who finds back to the nearest, and when? netcheck wants a gain of 10 ms for it.' },
  ] };
}
