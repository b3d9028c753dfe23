interface Group {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const groups = new WeakMap<AbortSignal, Group>();

/**
 * Calls back when `signal`, which has not aborted yet, does; returns how to stop listening. Many probes share one signal, and
 * a signal is given one listener for all of them: a platform may search its list of listeners at every addition, and Node
 * warns of a leak at the eleventh.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const group = groups.get(signal) ?? open(signal);
  group.callbacks.add(callback);
  return () => {
    if (!group.callbacks.delete(callback) || group.callbacks.size > 0 || groups.get(signal) !== group) return;
    close(signal, group);
  };
}

function open(signal: AbortSignal): Group {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    close(signal, group);
    for (const callback of callbacks) callback();
  };
  const group = { callbacks, listener };
  groups.set(signal, group);
  signal.addEventListener('abort', listener);
  return group;
}

function close(signal: AbortSignal, { listener }: Group): void {
  signal.removeEventListener('abort', listener);
  groups.delete(signal);
}
