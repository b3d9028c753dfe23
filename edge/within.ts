/** A wait that took longer than it may. */
class OverdueError extends Error {
  override readonly name: string = 'OverdueError';
  readonly code: string = 'overdue';
  constructor() {
    super('it took longer than it may');
  }
}

/**
 * The promise, or an `OverdueError` after so many ms. What is waited for goes on.
 *
 * The timer matters on Workers too: a request that awaits only what another request started has nothing of its own under
 * way, and the runtime takes it for hung.
 */
export function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new OverdueError()), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
