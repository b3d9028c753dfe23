import { createHook } from 'node:async_hooks';

/** Counts timers of this process that are set from now on and still to come, those that keep nothing alive included. */
export function watchTimers(): { readonly open: number; stop(): void } {
  const timers = new Set<number>();
  const hook = createHook({
    init(id, type) {
      if (type === 'Timeout') timers.add(id);
    },
    destroy: (id) => void timers.delete(id),
  }).enable();
  return {
    get open() { return timers.size; },
    stop: () => void hook.disable(),
  };
}
