import { fake, steady, systemClock, type RelayMap, type Strategy, type Transport } from '../../universal/index.ts';
import { loadMap } from '../load-map.ts';
import { loadPart } from '../load-part.ts';
import { readMap as readDocument } from '../read-map.ts';
import { webTransports } from '../transports/index.ts';
import { fakeNodes } from './fakes.ts';
import { parseInterval } from './interval.ts';

/** What the element's attributes and properties say. */
export interface Settings {
  /** A URL, or a relay map in any form that `parseRelayMap` takes. */
  readonly map: string | object | undefined;
  /** URL of an edge. */
  readonly edge: string | null;
  readonly strategy: string | null;
  readonly every: string | null;
  readonly fake: string | null;
  /** Measures with these; they stay the giver's to close. */
  readonly transports: readonly Transport[] | undefined;
}

/** A few choose it: it comes when one does. */
const loadNetcheck = async (edition: 2022 | 2026): Promise<Strategy> =>
  (await loadPart('strategy="netcheck"', import('../../core/strategy/netcheck/netcheck.ts'))).netcheck({ edition });

const strategies: Readonly<Record<string, () => Strategy | Promise<Strategy>>> = {
  steady,
  netcheck: () => loadNetcheck(2026),
  'netcheck-2022': () => loadNetcheck(2022),
};

/** Rejects with an Error in words for the page's author. */
export async function readStrategy({ strategy }: Settings): Promise<Strategy> {
  const name = strategy || 'steady';
  const make = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
  if (!make) throw new Error(`strategy="${name}": must be ${Object.keys(strategies).join(', ')}`);
  return make();
}

/** Undefined: as the strategy waits. @throws Error in words for the page's author */
export function readInterval({ every }: Settings): number | undefined {
  if (!every) return undefined;
  const ms = parseInterval(every);
  if (ms === undefined) throw new Error(`every="${every}": must be a time such as 30s, 5m or 800ms, up to a day`);
  return ms;
}

/** Rejects with a `RelayMapError`, or with the signal's reason. */
export async function readMap(map: string | object, signal: AbortSignal): Promise<{ readonly map: RelayMap; readonly mapSource?: string }> {
  return typeof map === 'string' ? loadMap(map, signal) : { map: await readDocument(map) };
}

/** @throws Error in words for the page's author */
export function readTransports({ fake: fakes, transports }: Settings, map: RelayMap): Transport[] {
  const nodes = fakes ? fakeNodes(fakes, map) : undefined;
  if (nodes) return [fake((node) => nodes.get(node), systemClock())];
  return transports?.map((transport) => ({ ...transport, close() {} })) ?? webTransports();
}
