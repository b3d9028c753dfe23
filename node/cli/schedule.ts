/** Runs something later; returns how to call it off. Injected, so that views are tested without waiting. */
export type Schedule = (ms: number, run: () => void) => () => void;

/** By a timer that does not keep the process alive. */
export const afterMs: Schedule = (ms, run) => {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
