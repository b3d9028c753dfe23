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
  const wanted: ProbeSet[] = [...wave.add];
  let wakeMs = Math.min(wave.wakeMs ?? Infinity, certainAtMs(stand));
  for (const rule of rules) {
    if (wave.isHolding && rule === askTogether) continue;
    const answer = rule(stand);
    if (answer.add.length > 0) wanted.push(...answer.add);
    wakeMs = Math.min(wakeMs, answer.wakeMs);
  }
  if (wanted.length > 0) {
    const add = within(progress, wanted);
    if (add.length > 0) return asked(known, progress, add, leaveOut);
  } else if (wave.isHolding) {
    return { wakeMs };
  }
  const end = endOf(stand);
  if (end.stop === undefined) return { ...end, wakeMs: Math.min(wakeMs, end.wakeMs ?? Infinity) };
  const again = [...widen(stand, leaveOut), ...confirm(stand)];
  const add = within(progress, again);
  return add.length > 0 ? asked(known, progress, add, leaveOut) : end;
}

/** What the budget still has room for. */
const within = ({ context, sets, sent }: Progress, wanted: readonly ProbeSet[]): ProbeSet[] => affordable(context, wanted, leftAfter(context, sets, sent));

/** What silence and odd answers call for; the last only once all regions of the report have been asked. */
const rules = [resend, turnToConnections, returnToUdp, verifySilent, widenInSilence, askNeighbours, askTogether];

/** These are sent; then it is as the report stands with them. */
function asked(known: PlanState, progress: Progress, add: readonly ProbeSet[], leaveOut: LeaveOut | undefined): Follow {
  const { stop: _, ...follow } = next(known, { ...progress, sets: [...progress.sets, ...add], over: [...progress.over, ...add.map(() => false)] }, leaveOut);
  return { ...follow, add: [...add, ...(follow.add ?? [])] };
}
