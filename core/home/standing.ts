import type { RegionId } from '../model/map.ts';
import type { Alarm } from './alarm.ts';
import type { Announced } from './announced.ts';
import type { Atlas } from './atlas.ts';
import type { Calm } from './calm.ts';
import type { Refusals } from './refusals.ts';
import type { Slot } from './slot.ts';
import type { SlotBook } from './slots.ts';

/** How things stand: what rules look at, and act upon. */
export interface Standing {
  readonly atlas: Atlas;
  readonly slots: SlotBook;
  readonly alarm: Alarm;
  readonly calm: Calm;
  readonly refusals: Refusals;
  readonly announced: Announced;
}

/** One look at it. */
export interface Look {
  readonly nowMs: number;
  /** Regions to go to, best first. */
  readonly order: readonly RegionId[];
  /** Rules put here what they need: all else may be let go. */
  readonly needed: Set<Slot>;
}
