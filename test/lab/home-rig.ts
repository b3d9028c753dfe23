import { connectDerpHome, type DerpConnection } from '../../derp/index.ts';
import type { Lab } from '../../lab/index.ts';
import { derpStream, nodeTransports } from '../../node/index.ts';
import { createHome, createPicker, type Home, type HomeEvent, type HomeOptions, type Picker } from '../../universal/index.ts';

export interface LabHome {
  readonly home: Home<DerpConnection>;
  readonly picker: Picker;
  readonly events: readonly HomeEvent[];
  /** Resolves with the first event, from that place in `events` on, that is looked for. */
  until<E extends HomeEvent>(isIt: (event: HomeEvent) => event is E, from?: number): Promise<E>;
  close(): Promise<void>;
}

export type Announced = Extract<HomeEvent, { type: 'home' }>;
export const isAnnounced = (event: HomeEvent): event is Announced => event.type === 'home' && event.event !== 'down';
export const isDown = (event: HomeEvent): event is Announced => event.type === 'home' && event.event === 'down';

/** A home in a lab, over DERP, as a Node program has one. */
export function openHome(lab: Lab, options: Partial<HomeOptions<DerpConnection>> = {}): LabHome {
  const events: HomeEvent[] = [];
  const watchers = new Set<() => void>();
  const picker = createPicker({ map: lab.map, transports: nodeTransports({ kinds: ['stun'] }) });
  const home = createHome({
    picker, connect: connectDerpHome({ stream: derpStream }), ...options,
    onEvent(event) {
      events.push(event);
      for (const look of watchers) look();
    },
  });
  return {
    home, picker, events,
    until(isIt, from = 0) {
      return new Promise((resolve) => {
        const look = (): void => {
          const found = events.slice(from).find(isIt);
          if (!found) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      });
    },
    async close() {
      await home.close();
      await picker.close();
    },
  };
}

/** How long the connect took that came to this home, ms. */
export function connectMsOf(events: readonly HomeEvent[], { region, at }: Announced): number {
  const began = events.findLast((event) => event.type === 'connection' && event.region === region && event.state === 'connecting' && event.at <= at);
  return at - (began?.at ?? at);
}
