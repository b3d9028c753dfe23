import type { Follow, Progress, Strategy } from '../../core/model/strategy.ts';
import { reportTimeoutMs } from '../../core/strategy/netcheck/constants.ts';
import { httpSets } from '../../core/strategy/netcheck/reach.ts';

/** The part of a strategy that a sweep needs: it chooses nothing, and remembers nothing of its own. The runner tells all of the progress. */
export interface Planning extends Pick<Strategy, 'name' | 'start' | 'plan'> {
  next(state: unknown, progress: Progress): Follow;
}

/**
 * What `steady` comes to where there is no UDP, nothing is known beforehand and every region is waited for: a connection to
 * each, to its nodes in turn. A test holds the two to one another. All else of `steady` is a tenth of the Worker, and more with
 * whatever it learns.
 */
export const askAll: Planning = {
  name: 'steady',
  start: () => undefined,
  plan: (_, context) => ({ full: true, timeoutMs: reportTimeoutMs, sets: context.map.regions.flatMap((region) => httpSets(context, region)), skipped: {} }),
  next: (_, { over }) => (over.every(Boolean) ? { stop: 'enough' } : {}),
};
