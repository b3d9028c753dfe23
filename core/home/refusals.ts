import type { RegionId } from '../model/map.ts';
import type { Failure } from './failure.ts';
import type { Effect } from './inputs.ts';

/** Whether relays want this client at all. */
export interface Refusals {
  /** No attempt before somebody says that something is different. */
  readonly isStopped: boolean;
  /** An attempt has failed. `isAlone`: there is no other region. */
  failed(region: RegionId, failure: Failure, isAlone: boolean, hasHome: boolean): void;
  /** One of them let us in. */
  served(): void;
  /** Other credentials, another map, another network. */
  resume(): void;
}

export function createRefusals(put: (effect: Effect) => void): Refusals {
  let by: RegionId | undefined;
  let isStopped = false;
  let wasServed = false;
  return {
    get isStopped() { return isStopped; },
    failed(region, failure, isAlone, hasHome) {
      if (failure.class !== 'stop' && failure.class !== 'refused') return;
      // One that turns us away while another serves us has reasons of its own.
      if (hasHome) return;
      // One that hangs up may have died just then, and one that does not know credentials which another took may be set up wrongly. A second one means it.
      if ((failure.class === 'stop' && !wasServed) || (by !== undefined && (by !== region || isAlone))) {
        isStopped = true;
        put({ do: 'stop', region, message: failure.message });
      }
      by = region;
    },
    served() {
      by = undefined;
      wasServed = true;
    },
    resume() {
      isStopped = false;
      by = undefined;
    },
  };
}
