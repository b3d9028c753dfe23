/** Lets the event loop turn so many times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((done) => { setImmediate(done); });
}

/** Waits, one turn of the event loop after another, until it holds. The bound is for failures only. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  for (const end = performance.now() + withinMs; !(await condition()); await turns(1)) {
    if (performance.now() > end) throw new Error(`did not come true within ${withinMs} ms: ${condition.toString()}`);
  }
}

/** The error of a promise that must reject. */
export const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then((value) => { throw new Error(`must reject, resolved with ${JSON.stringify(value)}`); }, (error: unknown) => error);

/** Whether a promise is still pending after a few turns of the event loop. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(() => false, () => false);
  return Promise.race([settled, turns(10).then(() => true)]);
}
