import type { Clock } from '../clock.ts';
import { ConcurrentRunError, ProbeFailure } from '../errors.ts';
import type { Listener, ProbeEvent } from '../events.ts';
import type { Context } from '../model/context.ts';
import { regionById, type NodeName } from '../model/map.ts';
import type { ProbePlan, ProbeSet } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import type { Follow, Progress, StopReason } from '../model/strategy.ts';
import { createCourse, type Budget, type CourseResult, type Probe, type Reach } from './course.ts';
import { defaultPace, type Pace } from './pace.ts';
import type { Transport } from './transport.ts';

/** Carries out probe plans, one at a time: sockets, pacing and bounds. All judgement is `next`'s. */
export interface Runner {
  /**
   * One report. Rejects with `ConcurrentRunError` while another is under way, and with the signal's reason when it aborts;
   * then nothing of it is left. A failed probe is data.
   */
  run(options: RunOptions): Promise<RunResult>;
}

interface RunOptions {
  readonly plan: ProbePlan;
  readonly context: Context;
  /** The strategy's name, for the report. */
  readonly strategy: string;
  next(progress: Progress): Follow;
  /** Books what a probe costs before it is sent. */
  readonly budget?: Budget;
  /** When it settles `next` is asked again. Never rejects. */
  readonly arrived?: Promise<void> | undefined;
  /** Called after each turn with the report as it stands. */
  onProgress?(report: Report): void;
  readonly onEvent?: Listener<ProbeEvent>;
  readonly signal?: AbortSignal;
}

export interface RunResult extends CourseResult {
  readonly stop: StopReason;
}

/** How long a transport may take to let go of its probes when the report ends. Those of this package take none. */
const letGoMs = 250;

export function createRunner({ transports, clock, pace = defaultPace }: { readonly transports: readonly Transport[]; readonly clock: Clock; readonly pace?: Pace }): Runner {
  let busy = false;
  return {
    async run(options) {
      if (busy) throw new ConcurrentRunError();
      options.signal?.throwIfAborted();
      busy = true;
      try {
        return await runOnce(options, transports, clock, pace);
      } finally {
        busy = false;
      }
    },
  };
}

/** A node and the transport that speaks to it. */
interface Way extends Reach {
  readonly transport: Transport;
}

async function runOnce(options: RunOptions, transports: readonly Transport[], clock: Clock, pace: Pace): Promise<RunResult> {
  const { plan, context, signal, onEvent } = options;
  const began = clock.now();
  const elapsedMs = (): number => clock.now() - began;
  // A signal a probe: one that hundreds listen to is slow, and looks like a leak to Node.
  const running = new Map<Promise<void>, AbortController>();
  let wake = (): void => {};
  let happened = false;
  const course = createCourse<Way>({ plan, context, strategy: options.strategy, pace, elapsedMs, next: (progress) => options.next(progress), reach, send, late: transports.find(({ late }) => late)?.late, budget: options.budget, onProgress: options.onProgress?.bind(options) });

  /** There is something new. */
  function look(): void {
    happened = true;
    wake();
  }

  /** A `fake` transport stands in for every kind at the nodes that it knows. */
  function reach({ region, kind }: ProbeSet, name: NodeName): Way | undefined {
    const node = regionById(context.map, region)?.nodes.find((one) => one.name === name);
    const transport = node && (transports.find((one) => one.kind === 'fake' && one.supports(node)) ?? transports.find((one) => one.kind === kind && one.supports(node)));
    return node && transport && { node, kind: transport.kind, transport };
  }

  function send(probe: Probe<Way>): void {
    const { set: { region, family }, reach: { node, kind, transport }, entry } = probe;
    onEvent?.({ type: 'probe', atMs: entry.atMs, region, node: node.name, kind, ...(family && { family }) });
    const end = new AbortController();
    if (transport.queues) course.waits(probe);
    const onSent = (): void => {
      course.leaves(probe);
      look();
    };
    // Async, so that a transport that throws at once fails like one that rejects.
    const attempt = async (): Promise<Sample> => transport.probe(node, { ...(family && { family }), signal: end.signal, onSent });
    const outcome = attempt()
      .then(
        (sample) => answered(probe, sample),
        (error: unknown) => failed(probe, error),
      )
      .finally(() => {
        running.delete(outcome);
        look();
      });
    running.set(outcome, end);
  }

  function answered(probe: Probe<Way>, sample: Sample): void {
    course.answered(probe, sample);
    onEvent?.({ type: 'sample', atMs: probe.entry.answeredMs ?? elapsedMs(), region: probe.set.region, node: probe.entry.node, sample });
  }

  function failed(probe: Probe<Way>, error: unknown): void {
    const failure = error instanceof ProbeFailure ? error : new ProbeFailure('failed', String(error), true);
    course.failed(probe, failure.sent);
    const { set: { region, family }, reach: { kind }, entry } = probe;
    onEvent?.({ type: 'lost', atMs: entry.failedMs ?? elapsedMs(), region, node: entry.node, kind, ...(family && { family }), code: failure.code, message: failure.message });
  }

  void options.arrived?.then(look);
  const onAbort = (): void => wake();
  signal?.addEventListener('abort', onAbort, { once: true });
  let stop: StopReason;
  try {
    for (;;) {
      happened = false;
      const turn = course.turn();
      if (turn.stop !== undefined) {
        ({ stop } = turn);
        break;
      }
      if (turn.untilMs === -Infinity) continue;
      await sleepUntilSomething(turn.untilMs - elapsedMs());
      // Answers that came together are all read, and their time taken, before any is judged.
      await clock.sleep(0);
      signal?.throwIfAborted();
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    course.end();
    for (const end of running.values()) end.abort();
    const allGone = new AbortController();
    await Promise.race([Promise.all(running.keys()), clock.sleep(letGoMs, allGone.signal)]);
    allGone.abort();
  }
  return { ...course.result(), stop };

  async function sleepUntilSomething(ms: number): Promise<void> {
    const rest = new AbortController();
    wake = () => rest.abort();
    if (!happened && !signal?.aborted) await clock.sleep(Math.max(0, ms), rest.signal);
    wake = () => {};
  }
}
