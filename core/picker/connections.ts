import type { RegionId } from '../model/map.ts';

/** What the owner of the relay connections knows. `at`: epoch ms. */
export interface ConnectionNote {
  readonly region: RegionId;
  /** `heard`: a frame came. `up`: connected. `dead`: the connection died. `draining`: the relay asked its clients to leave. */
  readonly type: 'heard' | 'up' | 'dead' | 'draining';
  readonly at: number;
}

/** The truth about connections, which counts above probes. */
export interface Connections {
  note(note: ConnectionNote): void;
  /** Nothing is known of them any more: their relays are others. */
  forget(regions: readonly RegionId[]): void;
  heard(): Record<RegionId, number>;
  /** Undefined where nothing is known. */
  alive(region: RegionId): boolean | undefined;
  draining(): RegionId[];
  /** Regions whose connection died, until one is up again. */
  dead(): RegionId[];
}

export function createConnections(): Connections {
  const heard = new Map<RegionId, number>();
  const alive = new Map<RegionId, boolean>();
  const draining = new Set<RegionId>();
  return {
    note({ region, type, at }) {
      if (type === 'draining') {
        draining.add(region);
        return;
      }
      if (type === 'dead') {
        alive.set(region, false);
        return;
      }
      heard.set(region, Math.max(at, heard.get(region) ?? at));
      if (type === 'up') {
        alive.set(region, true);
        draining.delete(region);
      }
    },
    forget(regions) {
      for (const region of regions) for (const known of [heard, alive, draining]) known.delete(region);
    },
    heard: () => Object.fromEntries(heard),
    alive: (region) => alive.get(region),
    draining: () => [...draining],
    dead: () => [...alive].filter(([, isAlive]) => !isAlive).map(([region]) => region),
  };
}
