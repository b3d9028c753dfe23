import { learnBounds } from '../../choice/bounds.ts';
import { fingerprints } from '../../choice/fingerprint.ts';
import type { Context } from '../../model/context.ts';
import type { Decision } from '../../model/decision.ts';
import { regionById } from '../../model/map.ts';
import { present } from '../../model/present.ts';
import type { Report } from '../../model/report.ts';
import { decide } from './decide.ts';
import type { Edition } from './edition.ts';
import { gather } from './evidence.ts';
import { latenciesOf, remember } from './history.ts';
import { judge } from './judge.ts';
import type { NetcheckState } from './state.ts';

/** Which region is home now. Its own last choice is the previous home, whatever the context says. */
export function choose(edition: Edition, state: NetcheckState, report: Report, context: Context): { state: NetcheckState; decision: Decision } {
  const latest = latenciesOf(report, context.map);
  const { home: previous, bounds, lastFullAt } = state;
  const hosts = fingerprints(context.map);
  const history = remember(state, latest, hosts, edition.windowMs);
  const evidence = gather(edition, latest, history, report, context);
  // A home that left the map is left.
  const verdict = judge(evidence, regionById(context.map, previous)?.id);
  const learned = present({ history, hosts, bounds: learnBounds(bounds, report, context.map), lastFullAt: report.full ? report.at - report.durationMs : lastFullAt, home: verdict.home });
  return { state: learned, decision: decide(evidence, verdict, previous, learned) };
}
