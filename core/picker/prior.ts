import type { Context, Prior } from '../model/context.ts';

/** A prior that is there, or is on its way. */
export interface PriorKeeper {
  /** What a context has of it at this moment. */
  now(): Pick<Context, 'prior' | 'priorDue'>;
  /** Settles when one that is on its way is there, or will not come. Never rejects. */
  readonly arrived: Promise<void>;
  /** It was a guess about another network. */
  forget(): void;
}

/** `now`: epoch ms, to age it. */
export function createPriorKeeper(given: Prior | Promise<Prior | undefined> | undefined, now: () => number): PriorKeeper {
  let known: { readonly prior: Prior; readonly since: number } | undefined;
  let isDue = given !== undefined;
  const take = (prior: Prior | undefined): void => {
    if (isDue && prior) known = { prior, since: now() };
    isDue = false;
  };
  const isAwaited = given instanceof Promise;
  if (!isAwaited) take(given);
  return {
    now() {
      if (known) return { prior: { ...known.prior, ageMs: known.prior.ageMs + Math.max(0, now() - known.since) } };
      return isDue ? { priorDue: true } : {};
    },
    arrived: isAwaited ? given.then(take, () => take(undefined)) : Promise.resolve(),
    forget() {
      known = undefined;
      isDue = false;
    },
  };
}
