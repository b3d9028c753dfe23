import type { Strategy } from '../model/strategy.ts';
import { createPlayback } from './playback.ts';
import { createPlayer, type Player, type WhatIfComparison, type WhatIfOutcome } from './player.ts';
import { playbackOf } from './replay.ts';
import { TraceError } from './trace-error.ts';
import type { TraceSource } from './trace-lines.ts';
import { readTrace } from './trace-reader.ts';

export interface WhatIf {
  readonly reports: number;
  /** Ends of the first and the last report, epoch ms. */
  readonly from?: number;
  readonly to?: number;
  readonly recorded: WhatIfOutcome & { readonly strategy: string };
  /** By name. */
  readonly strategies: Readonly<Record<string, WhatIfComparison>>;
}

/**
 * What other strategies would have done over the recorded reports. A home is judged by what the next report says of it: the
 * one that chose it speaks for it, as the lowest of noisy figures is too low. They see what was recorded, not what their own
 * plans would have measured; `plan.share` says how much of those that is. Throws as `replay` does.
 */
export async function whatIf(source: TraceSource, { strategies }: { readonly strategies: readonly Strategy[] }): Promise<WhatIf> {
  let recorded: Player | undefined;
  let others: Player[] = [];
  let reports = 0;
  let from: number | undefined;
  let to: number | undefined;
  for await (const line of readTrace(source)) {
    if (line.type === 'trace') {
      const known = strategies.find(({ name }) => name === line.strategy);
      recorded = createPlayer(playbackOf(line, known));
      others = strategies.map((strategy) => createPlayer(strategy.name === line.strategy ? playbackOf(line, strategy) : createPlayback(strategy, { own: false })));
    }
    const step = recorded?.playback.take(line);
    const pairs = others.flatMap((player) => {
      const taken = player.playback.take(line);
      return taken ? [{ player, step: taken }] : [];
    });
    if (!recorded || !step) continue;
    reports++;
    from ??= step.at;
    to = step.at;
    // Both are judged before either goes on.
    for (const pair of pairs) pair.player.compare(pair.step, recorded.home());
    recorded.go(step);
    for (const pair of pairs) pair.player.go(pair.step);
  }
  if (!recorded) throw new TraceError(1, '', 'the trace is empty');
  const { strategy } = recorded.playback;
  return {
    reports,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    recorded: { strategy: strategy.name, ...recorded.outcome() },
    strategies: Object.fromEntries(others.map((other) => [other.playback.strategy.name, { ...other.outcome(), ...other.comparison() }])),
  };
}
