import type { RegionId } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { Calm } from './calm.ts';
import type { HomeReason } from './events.ts';
import type { Effect } from './inputs.ts';
import type { Slot } from './slot.ts';
import type { SlotBook } from './slots.ts';

/** What peers were told of the home. */
export interface Announced {
  readonly home: RegionId | undefined;
  /** Its connection. Not always that of the region's slot: see `Slot.isOrphan`. */
  readonly slot: Slot | undefined;
  /** The last home, and since when there is none. */
  readonly lost: { readonly region: RegionId; readonly atMs: number } | undefined;
  /** The home, or where it was. */
  readonly last: RegionId | undefined;
  up(slot: Slot, reason: HomeReason, nowMs: number): void;
  down(region: RegionId, reason: HomeReason, nowMs: number): void;
  /** Whether a move there must wait, as peers cannot be told; said once each time. Undefined: nobody wants to move. */
  isHeld(region: RegionId | undefined): boolean;
}

interface AnnouncedOptions {
  readonly slots: SlotBook;
  readonly calm: Calm;
  /** Whether peers can be told of another home now. */
  readonly canAnnounce: () => boolean;
  readonly put: (effect: Effect) => void;
}

export function createAnnounced({ slots, calm, canAnnounce, put }: AnnouncedOptions): Announced {
  let home: Slot | undefined;
  let lost: Announced['lost'];
  let held: RegionId | undefined;
  return {
    get home() { return home?.region; },
    get slot() { return home; },
    get lost() { return lost; },
    get last() { return home?.region ?? lost?.region; },
    up(slot, reason, nowMs) {
      const previous = home?.region ?? lost?.region;
      put(present({
        do: 'announce' as const, event: home === undefined ? 'up' as const : 'moved' as const, id: slot.id, region: slot.region, reason,
        node: slot.node?.name,
        previous: previous === slot.region ? undefined : previous,
        downMs: home === undefined && lost ? nowMs - lost.atMs : undefined,
      }));
      home = slot;
      lost = held = undefined;
      calm.end();
      for (const other of slots.all()) if (other.phase === 'up') put({ do: 'prefer', id: other.id, preferred: other === slot });
    },
    down(region, reason, nowMs) {
      home = held = undefined;
      lost = { region, atMs: nowMs };
      put({ do: 'announce', event: 'down', region, reason });
    },
    isHeld(region) {
      const isHeld = region !== undefined && !canAnnounce();
      if (isHeld && held !== region) put({ do: 'hold', region });
      held = isHeld ? region : undefined;
      return isHeld;
    },
  };
}
