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
  /** @param now epoch ms: what is later by more than clocks differ was noted before somebody set the clock back, and is no sign of life */
  heard(now: number): Record<RegionId, number>;
  /** Undefined where nothing is known. */
  alive(region: RegionId): boolean | undefined;
  draining(): RegionId[];
  /** Regions whose connection died, until one is up again. */
  dead(): RegionId[];
}

/** The line of reports is anchored again where it is off by so much, ms. */
const mostAheadMs = 2_000;

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
      const before = heard.get(region) ?? at;
      heard.set(region, before < at + mostAheadMs ? Math.max(at, before) : at);
      if (type === 'up') {
        alive.set(region, true);
        draining.delete(region);
      }
    },
    forget(regions) {
      for (const region of regions) for (const known of [heard, alive, draining]) known.delete(region);
    },
    heard: (now) => Object.fromEntries([...heard].filter(([, at]) => at < now + mostAheadMs)),
    alive: (region) => alive.get(region),
    draining: () => [...draining],
    dead: () => [...alive].filter(([, isAlive]) => !isAlive).map(([region]) => region),
  };
}
