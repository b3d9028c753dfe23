import { allowedRegions } from '../choice/preferences.ts';
import type { Kind } from '../model/kind.ts';
import { regionById, type RegionId } from '../model/map.ts';
import { orderRegions } from '../report/region-order.ts';
import type { Doubt } from '../model/sample.ts';
import { playbackOf, type ReplayOptions } from './replay.ts';
import { asked, type Playback, type ReplayStep } from './playback.ts';
import type { TraceSource } from './trace-lines.ts';
import { readTrace } from './trace-reader.ts';
import { createPatience, wouldWin, type WouldWin } from './would-win.ts';

/** What spoke for and against one region. */
export interface Candidate {
  readonly region: RegionId;
  readonly code: string;
  /** Among those that answered, from 1. */
  readonly rank?: number;
  readonly latencyMs?: number;
  readonly kind?: Kind;
  readonly samples: number;
  readonly lost: number;
  readonly doubt: readonly Doubt[];
  /** How much nearer than the home it read; below 0: farther. */
  readonly aheadMs?: number;
  /** `steady`: votes for it, after this report. */
  readonly votes?: number;
  /** Neither map nor owner want it as home. */
  readonly unwanted: boolean;
  /** Absent for candidates far behind, which are not asked for. */
  readonly wouldWin?: WouldWin;
}

export interface StepEvidence extends ReplayStep {
  readonly strategy: string;
  /** Home first, then as they rank. */
  readonly candidates: readonly Candidate[];
}

/** The question what would have made it home is asked for so many. */
const mostAsked = 32;

/**
 * One report of a trace, by its number from 1, with the evidence of each candidate. Throws `TraceError` as `replay` does, and
 * `RangeError` where the trace has no such report.
 */
export async function explainStep(source: TraceSource, number: number, { strategy }: ReplayOptions = {}): Promise<StepEvidence> {
  let playback: Playback | undefined;
  let reports = 0;
  for await (const line of readTrace(source)) {
    if (line.type === 'trace') playback = playbackOf(line, strategy);
    const step = playback?.take(line);
    if (!playback || !step) continue;
    reports = step.number;
    if (reports === number) return evidenceOf(playback, step);
  }
  throw new RangeError(`the trace has no report ${number}, only ${reports}`);
}

function evidenceOf({ strategy }: Playback, step: ReplayStep): StepEvidence {
  const { report, decision, context, line } = step;
  const allowed = new Set(allowedRegions(context.map, context.preferences));
  const rows = orderRegions(report, decision, context.map);
  const places = new Map(rows.filter(({ rankMs }) => rankMs !== undefined).map(({ id }, place) => [id, place + 1]));
  const patience = createPatience(context.map.regions.length);
  const homeMs = rows.find(({ standing }) => standing === 'home')?.region?.latencyMs;
  const votes = votesAfter(strategy, step);
  const candidates = rows.map(({ id, code, region, standing }, index): Candidate => {
    const rank = places.get(id);
    const wins = index < mostAsked && regionById(context.map, id) ? asked(strategy, line, () => wouldWin(strategy, step, id, patience)) : undefined;
    return {
      region: id, code,
      samples: region?.samples ?? 0, lost: region?.lost ?? 0, doubt: region?.doubt ?? [],
      unwanted: !allowed.has(id),
      ...(rank !== undefined && { rank }),
      ...(region?.latencyMs !== undefined && { latencyMs: region.latencyMs }),
      ...(region?.kind && { kind: region.kind }),
      ...(homeMs !== undefined && region?.latencyMs !== undefined && standing !== 'home' && { aheadMs: homeMs - region.latencyMs }),
      ...(Object.hasOwn(votes, id) && { votes: votes[id] ?? 0 }),
      ...(wins && { wouldWin: wins }),
    };
  });
  const home = candidates.filter(({ region }) => region === decision.home);
  return { ...step, strategy: strategy.name, candidates: [...home, ...candidates.filter(({ region }) => region !== decision.home)] };
}

/** `steady` keeps a trial for each of the nearest candidates. */
function votesAfter({ choose, name }: Playback['strategy'], { state, report, context }: ReplayStep): Readonly<Record<RegionId, number>> {
  if (name !== 'steady') return {};
  const { evidence } = choose(state, report, context).state as { readonly evidence: Readonly<Record<RegionId, { readonly votes: number }>> };
  return Object.fromEntries(Object.entries(evidence).map(([id, trial]) => [id, trial.votes]));
}
