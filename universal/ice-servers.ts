import { createIceServers as createCoreIceServers, type IceServersOptions, type LiveIceServers } from '../core/index.ts';
import { systemClock } from './clock.ts';

/** As `IceServersOptions`; the clock is the platform's unless given. */
export type DefaultedIceServersOptions = Omit<IceServersOptions, 'clock'> & Partial<Pick<IceServersOptions, 'clock'>>;

/** Keeps the ICE servers of the region that the picker chooses good. See `LiveIceServers`. */
export const createIceServers = (options: DefaultedIceServersOptions): LiveIceServers => createCoreIceServers({ clock: systemClock(), ...options });
