import { createHome as createCoreHome, type Home, type HomeOptions, type RelayConnection } from '../core/index.ts';
import { systemClock } from './clock.ts';

/** As `HomeOptions`; the clock and chance are the platform's unless given. */
export type DefaultedHomeOptions<C extends RelayConnection> = Omit<HomeOptions<C>, 'clock' | 'random'> & Partial<Pick<HomeOptions<C>, 'clock' | 'random'>>;

/** Keeps a verified connection to the region that the picker chooses. See `Home`. */
export function createHome<C extends RelayConnection>(options: DefaultedHomeOptions<C>): Home<C> {
  const { clock = systemClock(), random = Math.random } = options;
  return createCoreHome({ ...options, clock, random });
}
