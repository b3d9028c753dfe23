import type { Strategy } from '../model/strategy.ts';
import { netcheck } from '../strategy/netcheck/netcheck.ts';
import { steady } from '../strategy/steady/steady.ts';

type Options = Readonly<Record<string, unknown>>;

const known: Readonly<Record<string, (options: Options) => Strategy>> = {
  steady: ({ spread }) => steady({ spread: spread === true }) as Strategy,
  netcheck: () => netcheck() as Strategy,
  'netcheck-2022': () => netcheck({ edition: 2022 }) as Strategy,
};

/** The strategy that a trace names, with the options that it was made with; undefined where it is none of ours. */
export const knownStrategy = (name: string, options: Options): Strategy | undefined => (Object.hasOwn(known, name) ? known[name]?.(options) : undefined);
