import type { Clock } from '../../core/clock.ts';
import type { EdgeDeps } from '../deps.ts';
import type { Sweep } from '../fleet/facts.ts';

/** Where the processes that serve a location meet. */
export interface Turns {
  /** True for one of them: it measures. To the others it is false for so long. */
  claim(code: string, forMs: number): Promise<boolean>;
  /** The newest sweep that any of them has saved. */
  newest(code: string): Promise<Sweep | undefined>;
}

/** A sweep takes 5 s at most, and is saved then. Who took the turn and failed blocks the others no longer than this. */
const turnMs = 10_000;
const lookMs = 500;

/**
 * One sweep at a time for all the processes of a location: a Worker runs in many of them at once. Those that come second
 * wait for what the first one saves. If it saves nothing within its turn the next one has it; where the turns cannot be
 * asked for, everybody measures.
 */
export function inTurn(sweep: EdgeDeps['sweep'], { claim, newest }: Turns, clock: Clock): EdgeDeps['sweep'] {
  return async (options) => {
    const { location: { code }, last, signal } = options;
    const endMs = clock.now() + turnMs;
    try {
      while (!(await claim(code, turnMs)) && clock.now() < endMs) {
        await clock.sleep(lookMs, signal);
        signal.throwIfAborted();
        const found = await newest(code);
        if (found && found.at > (last?.at ?? -Infinity)) return found;
      }
    } catch (error) {
      if (signal.aborted) throw error;
    }
    return sweep(options);
  };
}
