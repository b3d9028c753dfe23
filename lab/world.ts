import type { Counters } from './counters.ts';
import type { Path } from './path.ts';
import type { Scheduler } from './scheduler.ts';

/** What every part of a relay works with. */
export interface World {
  readonly path: Path;
  readonly scheduler: Scheduler;
  readonly counters: Counters;
}
