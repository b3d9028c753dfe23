import type { Strategy } from '../model/strategy.ts';
import { knownStrategy } from './known-strategy.ts';
import { createPlayback, type Playback, type ReplayStep } from './playback.ts';
import { TraceError } from './trace-error.ts';
import type { TraceSource } from './trace-lines.ts';
import { readTrace, type TraceLine } from './trace-reader.ts';

export interface ReplayOptions {
  /** Decides instead of the recorded one, from a state of its own, unless it has the recorded one's name. */
  readonly strategy?: Strategy;
}

/**
 * Re-decides a recorded run, report by report, in constant memory. By the recorded strategy the decisions are those of the
 * recording, byte for byte once they are JSON.
 *
 * ```ts
 * for await (const { report, decision } of replay(createReadStream('trace.jsonl'))) console.log(report.at, decision.sentence);
 * ```
 *
 * Throws `TraceError` at the first broken line, and whatever the source throws.
 */
export async function* replay(source: TraceSource, options: ReplayOptions = {}): AsyncGenerator<ReplayStep, void, void> {
  let playback: Playback | undefined;
  for await (const line of readTrace(source)) {
    if (line.type === 'trace') playback = playbackOf(line, options.strategy);
    const step = playback?.take(line);
    if (step) yield step;
  }
}

/** The playback of the recorded strategy, or of the one that is given in its place. */
export function playbackOf(header: Extract<TraceLine, { type: 'trace' }>, given: Strategy | undefined): Playback {
  if (given && given.name !== header.strategy) return createPlayback(given, { own: false });
  // The recorded options go with the recorded state; one of another author's must be given.
  const strategy = knownStrategy(header.strategy, header.options) ?? given;
  if (!strategy) throw new TraceError(header.line, 'strategy', `${JSON.stringify(header.strategy.slice(0, 40))} is not known here`);
  return createPlayback(strategy, { own: true });
}

/** A step as the recording has it. */
export const decisionLine = ({ at, decision }: Pick<ReplayStep, 'at' | 'decision'>): string => JSON.stringify({ type: 'decision', at, decision });
