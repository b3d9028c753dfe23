/** Time, injected, so that every rule about it runs in virtual time. */
export interface Clock {
  /** Monotonic ms, with fractions. */
  now(): number;
  /** Epoch ms; may jump when somebody sets it. */
  wall(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; it never rejects. Does not keep a process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
