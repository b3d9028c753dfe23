import type { ProbeSet } from '../../model/plan.ts';
import type { Follow, Progress } from '../../model/strategy.ts';
import { affordable, leftAfter } from './afford.ts';
import { confirm } from './confirm.ts';
import { certainAtMs, endOf } from './end.ts';
import type { LeaveOut, PlanState } from './plan-state.ts';
import { resend, returnToUdp, turnToConnections, verifySilent } from './silence.ts';
import { standOf } from './stand.ts';
import { askTogether } from './together.ts';
import { nextWave } from './waves.ts';
import { askNeighbours, widen, widenInSilence } from './widen.ts';

/** What is still to ask, when to look again, and when the report is over. */
export function next(known: PlanState, progress: Progress, leaveOut?: LeaveOut): Follow {
  const stand = standOf(progress, known);
  const wave = nextWave(stand);
  const answers = [resend(stand), turnToConnections(stand), returnToUdp(stand), verifySilent(stand), widenInSilence(stand), askNeighbours(stand), ...(wave.isHolding ? [] : [askTogether(stand)])];
  const left = leftAfter(progress.context, progress.sets, progress.sent);
  const wanted = [...wave.add, ...answers.flatMap((answer) => answer.add)];
  const add = affordable(progress.context, wanted, left);
  if (add.length > 0) return asked(known, progress, add, leaveOut);
  const wakeMs = Math.min(wave.wakeMs ?? Infinity, certainAtMs(stand), ...answers.map((answer) => answer.wakeMs));
  if (wave.isHolding && wanted.length === 0) return { wakeMs };
  const end = endOf(stand);
  if (end.stop === undefined) return { ...end, wakeMs: Math.min(wakeMs, end.wakeMs ?? Infinity) };
  const again = affordable(progress.context, [...widen(stand, leaveOut), ...confirm(stand)], left);
  return again.length > 0 ? asked(known, progress, again, leaveOut) : end;
}

/** These are sent; then it is as the report stands with them. */
function asked(known: PlanState, progress: Progress, add: readonly ProbeSet[], leaveOut: LeaveOut | undefined): Follow {
  const { stop: _, ...follow } = next(known, { ...progress, sets: [...progress.sets, ...add], over: [...progress.over, ...add.map(() => false)] }, leaveOut);
  return { ...follow, add: [...add, ...(follow.add ?? [])] };
}
