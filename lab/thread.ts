import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { ClosedError } from '../core/errors.ts';
import type { LabStats, Reply, Request, Started, WorkerData } from './messages.ts';

type Question = Request extends infer One ? (One extends Request ? Omit<One, 'id'> : never) : never;
type StartedLab = Extract<Started, { type: 'started' }>;

/** How long a thread that no longer listens may hold up its end, ms. */
const mostHushMs = 1_000;

/** The relays' thread, as its owner sees it. */
export interface LabThread {
  readonly started: StartedLab;
  /** @throws ClosedError once the thread has ended, an Error with what the thread could not do */
  ask(question: Question): Promise<LabStats | undefined>;
  end(): Promise<void>;
}

/**
 * The built worker, wherever this code runs from: the package's own files find it as `#lab-worker`. A worker needs
 * JavaScript, as it does not inherit what lets its owner run the sources.
 */
const workerFile = (): string => createRequire(import.meta.url).resolve('#lab-worker');

/** @throws the signal's reason, or an Error with what the thread could not open; then it has ended */
export async function startThread(workerData: WorkerData, signal: AbortSignal | undefined): Promise<LabThread> {
  signal?.throwIfAborted();
  // Loaders and hooks of the owner are of no use to relays, and slow to start.
  const worker = new Worker(workerFile(), { workerData, execArgv: [], name: 'nearest-relay lab' });
  const waiting = new Map<number, { resolve: (stats: LabStats | undefined) => void; reject: (error: unknown) => void }>();
  let lastId = 0;
  let failure: unknown;
  let hasEnded = false;

  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      hasEnded = true;
      for (const { reject } of waiting.values()) reject(failure ?? new ClosedError('the lab'));
      waiting.clear();
      resolve();
    });
  });
  worker.on('error', (error) => { failure = error; });

  function ask(question: Question): Promise<LabStats | undefined> {
    if (hasEnded) return Promise.reject(failure ?? new ClosedError('the lab'));
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a rule for windows: threads have no origin
      worker.postMessage({ ...question, id });
    });
  }

  const end = async (): Promise<void> => {
    // Node aborts the whole process where a datagram reaches a thread that is being terminated.
    const done = new AbortController();
    const late = setTimeout(mostHushMs, undefined, { ref: false, signal: done.signal });
    await Promise.race([ask({ type: 'hush' }), late]).catch(() => {});
    done.abort();
    await worker.terminate();
    await exited;
  };

  const abort = (): void => void worker.terminate();
  signal?.addEventListener('abort', abort, { once: true });
  const first = await new Promise<Started | undefined>((resolve) => {
    worker.once('message', resolve);
    worker.once('exit', () => resolve(undefined));
  });
  signal?.removeEventListener('abort', abort);
  if (signal?.aborted || first?.type !== 'started') {
    await worker.terminate();
    await exited;
    signal?.throwIfAborted();
    throw failure ?? new Error(first?.type === 'failed' ? first.message : 'the thread of the lab ended before it began');
  }

  worker.on('message', (reply: Reply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.type === 'done') asked?.resolve(reply.stats);
    else asked?.reject(new Error(reply.message));
  });

  return { started: first, ask, end };
}
