import { ProbeFailure } from '../../core/errors.ts';

/** Requests and connections that one request to a Worker may still make. */
export interface Allowance {
  readonly left: number;
  /** Takes one. Throws an `AllowanceError` where none is left. */
  take(): void;
}

/** The platform would refuse: nothing was sent, and nothing is known of the relay. */
class AllowanceError extends Error {
  override readonly name: string = 'AllowanceError';
  readonly code: string = 'allowance';
}

export function createAllowance(most: number): Allowance {
  let left = most;
  return {
    get left() { return left; },
    take() {
      if (left <= 0) throw new AllowanceError(`the limit of ${most} requests is reached`);
      left--;
    },
  };
}

/** What an error of the platform's means; it tells the reason in words alone. */
export function edgeFailure(error: unknown, { sent }: { readonly sent: boolean }): ProbeFailure {
  if (error instanceof AllowanceError) return new ProbeFailure('aborted', error.message, sent);
  const message = error instanceof Error ? error.message : String(error);
  return new ProbeFailure(/refused/i.test(message) ? 'refused' : 'failed', message, sent);
}
