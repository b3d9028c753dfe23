import type { Clock } from '../../core/clock.ts';
import type { AttentionSetting } from '../../core/home/attention.ts';
import { createHome } from '../../core/home/home.ts';
import type { RegionId, RelayMap } from '../../core/model/map.ts';
import { createPicker } from '../../core/picker/picker.ts';
import { steady } from '../../core/strategy/steady/steady.ts';
import { scriptedTransport } from '../../test/scripted-transport.ts';
import type { Relay } from './relays.ts';

/** Where a client stands, and chance as it meets it. */
interface Place {
  readonly map: RelayMap;
  readonly relays: ReadonlyMap<RegionId, Relay>;
  readonly rttMs: ReadonlyMap<RegionId, number>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Where it is connected from now on. */
  onRegion(region: RegionId | undefined): void;
}

/** One of the herd. */
export interface Member {
  close(): Promise<void>;
}

/** Starts one of the herd. */
export type Kind = (place: Place) => Member;

/** A picker that measures the beacons, and a home on the relays that it chooses. */
export const living = (attention: AttentionSetting): Kind => ({ map, relays, rttMs, clock, random, onRegion }) => {
  const regionOf = new Map(map.regions.flatMap(({ id, nodes }) => nodes.map(({ name }) => [name, id] as const)));
  const picker = createPicker({ map, clock, random, strategy: steady(), clientKey: String(random()), transports: [scriptedTransport('stun', clock, (node) => {
    const id = regionOf.get(node);
    return id !== undefined && relays.get(id)?.isUp ? rttMs.get(id) ?? 'silent' : 'silent';
  })] });
  const home = createHome({
    picker, clock, random, attention,
    onEvent(event) {
      if (event.type === 'home') onRegion(event.event === 'down' ? undefined : event.region);
    },
    async connect({ region, signal, onNotice }) {
      const relay = relays.get(region.id);
      if (!relay) throw new Error('no such relay');
      return relay.connect(rttMs.get(region.id) ?? 0, signal, onNotice);
    },
  });
  return {
    async close() {
      await Promise.all([home.close(), picker.close()]);
    },
  };
};

/** What is written in an afternoon: the relays from near to far, and, when none took it, all again after a wait. */
export const plain = (waitMs: number): Kind => ({ relays, rttMs, clock, onRegion }) => {
  const over = new AbortController();
  const { signal } = over;
  const order = [...rttMs].sort(([, a], [, b]) => a - b);

  async function round(): Promise<void> {
    for (const [id, ms] of order) {
      const connection = await relays.get(id)?.connect(ms, signal).catch(() => undefined);
      if (!connection) continue;
      onRegion(id);
      const end = (): void => void connection.close();
      signal.addEventListener('abort', end, { once: true });
      await connection.closed;
      signal.removeEventListener('abort', end);
      onRegion(undefined);
      return;
    }
    await clock.sleep(waitMs, signal);
  }

  const running = (async () => {
    while (!signal.aborted) await round();
  })();
  return {
    async close() {
      over.abort();
      await running;
    },
  };
};
