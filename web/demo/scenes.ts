import { calm, type RelayWeather, type Weather } from './weather.ts';

/** Weather worth looking at: a word for its button, and what to watch for. */
export interface Scene {
  readonly label: string;
  readonly hint: string;
  /** Of the nearest relay; absent: all are calm again. */
  readonly weather?: Weather;
}

/** Below the 10 ms that netcheck wants of a move, above what steady takes for noise. */
const smallGainMs = 8;

/** Scenes for the nearest of these relays, such that they show something whatever the fleet is. */
export function scenesFor(relays: readonly RelayWeather[], nameOf: (code: string) => string): { readonly code: string; readonly scenes: readonly Scene[] } {
  const [first, second] = relays.toSorted((one, other) => one.rttMs - other.rttMs);
  if (!first) return { code: '', scenes: [] };
  const name = nameOf(first.code);
  const slower: Scene[] = second ? [{
    label: 'A little slower',
    hint: `${nameOf(second.code)} is now ${smallGainMs} ms nearer than ${name}. netcheck wants a gain of 10 ms; steady wants one that lasts.`,
    weather: { ...calm, delayMs: Math.ceil(second.rttMs - first.rttMs) + smallGainMs },
  }] : [];
  return { code: first.code, scenes: [
    ...slower,
    { label: 'Queues', hint: `Packets to ${name} now wait in queues, mostly briefly, now and then long. A move for each spike is a move too many.`, weather: { ...calm, jitterMs: 30 } },
    { label: 'Lossy', hint: `Four of ten packets to ${name} are lost now. It is still the nearest whenever it answers.`, weather: { ...calm, lossRate: 0.4 } },
    { label: 'Dead', hint: `${name} answers nobody any more. Who is away from it first, and how sure of it?`, weather: { ...calm, dead: true } },
    { label: 'All calm', hint: 'Nothing is added, nothing is lost. Who finds back, and when?' },
  ] };
}
