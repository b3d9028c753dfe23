import { ClosedError, ProbeFailure } from '../errors.ts';
import type { Sample } from '../model/sample.ts';
import { onAbort } from './on-abort.ts';

/** One probe under way. */
export interface Attempt {
  /** Aborts when the caller's signal does, or when the transport is closed. */
  readonly signal: AbortSignal;
  /** Set once something has left this machine: then an abort means `no-answer`. */
  sent: boolean;
  /** What is known so far, if it is worth more than nothing: the probe resolves with it when it is cut short. */
  known?: Sample;
}

/** The life of a transport's probes. */
export interface Attempts {
  /** Runs one probe. `work` must reject soon after `attempt.signal` aborts, whatever the error: it is told apart here. */
  run(signal: AbortSignal, work: (attempt: Attempt) => Promise<Sample>): Promise<Sample>;
  /** Cuts short what is under way and refuses what comes after. */
  close(): void;
}

/**
 * Keeps the rules of the transport seam that have nothing to do with what is spoken: a signal that has aborted already sends
 * nothing, an abort ends the probe at once, a closed transport refuses. `failureOf` says what an error means to the
 * transport; an error that is a `ProbeFailure` passes as it is.
 */
export function attempts(name: string, failureOf: (error: unknown, attempt: Attempt) => ProbeFailure): Attempts {
  const underWay = new Set<() => void>();
  let closed = false;

  async function run(signal: AbortSignal, work: (attempt: Attempt) => Promise<Sample>): Promise<Sample> {
    if (closed) throw new ClosedError(`transport ${name}`);
    if (signal.aborted) throw new ProbeFailure('aborted', 'aborted before anything was sent', false);
    const controller = new AbortController();
    const attempt: Attempt = { signal: controller.signal, sent: false };
    const abort = (): void => controller.abort();
    const stopListening = onAbort(signal, abort);
    underWay.add(abort);
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt.known && (controller.signal.aborted || !(error instanceof ProbeFailure))) return attempt.known;
      if (signal.aborted) throw attempt.sent ? new ProbeFailure('no-answer', 'no answer', true) : new ProbeFailure('aborted', 'aborted before anything was sent', false);
      if (controller.signal.aborted) throw new ProbeFailure('aborted', 'the transport was closed', attempt.sent);
      throw error instanceof ProbeFailure ? error : failureOf(error, attempt);
    } finally {
      stopListening();
      underWay.delete(abort);
    }
  }

  return {
    run,
    close(): void {
      closed = true;
      for (const abort of underWay) abort();
    },
  };
}
