import { formatMs } from '../choice/explain.ts';
import type { Context } from '../model/context.ts';
import type { RegionId } from '../model/map.ts';
import { clean } from '../report/cells.ts';
import { shownCode, wasAsked } from '../report/region-order.ts';
import { formatSure } from '../report/wording.ts';
import { createCalm, type Calm } from './calm.ts';
import type { ReplayStep } from './playback.ts';
import { replay, type ReplayOptions } from './replay.ts';
import { sayPreferences } from './preference-words.ts';
import { sayCount, sayDuration, sayInstant, sayTimes } from './story-words.ts';
import type { TraceSource } from './trace-lines.ts';

/** A stretch without an answer of the home, or without a home. */
interface Silence {
  readonly since: number;
  readonly home: RegionId | undefined;
  reports: number;
}

/**
 * The story of a trace in lines of sentences: when the home moved, from where to where, why, and what that gained;
 * stretches of calm summed up; silence and death; networks, sleeps, maps and preferences. Throws as `replay` does.
 */
export async function* explain(source: TraceSource, options: ReplayOptions = {}): AsyncGenerator<string, void, void> {
  const story = createStory();
  for await (const step of replay(source, options)) yield* story.go(step);
  yield* story.end();
}

function createStory(): { go(step: ReplayStep): string[]; end(): string[] } {
  let first: ReplayStep | undefined;
  let before: ReplayStep | undefined;
  let home: RegionId | undefined;
  let left: RegionId | undefined;
  let calm: Calm | undefined;
  let silence: Silence | undefined;
  let moves = 0;
  let silentMs = 0;
  const networks = new Set<string>();

  function closeCalm(): string[] {
    const said = calm?.say();
    calm = undefined;
    return said === undefined ? [] : [said];
  }

  /** Until the home answered again, or another took its place. */
  function closeSilence(step: ReplayStep, at = step.at): string[] {
    if (!silence) return [];
    const { since, reports, home: silent } = silence;
    silence = undefined;
    const forMs = at - since;
    silentMs += forMs;
    const who = silent === undefined ? 'there was no home' : `${shownCode(step.context.map, silent)} had not answered`;
    return [`${sayInstant(at)}  Until now ${who} for ${sayDuration(forMs)}, ${sayCount(reports, 'report')}.`];
  }

  function go(step: ReplayStep): string[] {
    const said: string[] = [];
    const { decision, context, report } = step;
    const changes = changesBetween(before?.context, context);
    const begunAt = context.now - report.durationMs;
    if (changes.length) said.push(...closeCalm(), ...closeSilence(step, begunAt), ...changes.map((change) => `${sayInstant(begunAt)}  ${change}`));
    if (!first && context.home) home = context.home.region;
    if (context.network?.changed === true) home = left = undefined;
    networks.add(context.network?.id ?? '');
    if (decision.home !== undefined && decision.home !== home) {
      said.push(...closeCalm(), ...closeSilence(step), sayArrival(step, home));
      if (home !== undefined) moves++;
      left = home;
      ({ home } = decision);
      calm = createCalm(decision.home, left);
    } else if (decision.home === undefined || isSilent(step, decision.home)) {
      if (!silence) said.push(...closeCalm(), `${sayInstant(step.at)}  Report ${step.number}: ${sentence(step)}${context.home?.alive === false ? '; its connection is dead' : context.home?.alive === true ? '; its connection lives' : ''}.`);
      silence ??= { since: step.at, home: decision.home, reports: 0 };
      silence.reports++;
    } else {
      said.push(...closeSilence(step));
      calm ??= createCalm(decision.home, left);
      calm.add(step);
    }
    first ??= step;
    before = step;
    return said;
  }

  function end(): string[] {
    if (!first || !before) return ['The trace has no report.'];
    const said = [...closeCalm(), ...closeSilence(before)];
    const network = networks.size > 1 ? ` on ${networks.size} networks` : '';
    const silent = silentMs > 0 ? `; without an answer of a home for ${sayDuration(silentMs)}` : '';
    return [...said, `In all ${sayCount(before.number, 'report')} over ${sayDuration(before.at - first.at)}${network}: it ${moves === 0 ? 'never moved' : `moved ${sayTimes(moves)}`}${silent}.`];
  }

  return { go, end };
}

const sentence = ({ decision }: ReplayStep): string => clean(decision.sentence);

/** Asked, and no answer. One that was not asked may be as well as before. */
const isSilent = ({ report: { regions } }: ReplayStep, id: RegionId): boolean =>
  Object.hasOwn(regions, id) && regions[id]?.latencyMs === undefined && wasAsked(regions[id]);

/** A new home: the decision's own words, and both latencies where both answered. */
function sayArrival(step: ReplayStep, from: RegionId | undefined): string {
  const { decision: { home, sure, reason }, report: { regions }, context: { map } } = step;
  const figure = (id: RegionId | undefined): string | undefined => {
    const ms = regions[id ?? '']?.latencyMs;
    return ms === undefined ? undefined : `${shownCode(map, id ?? '')} ${formatMs(ms)} ms`;
  };
  const [to, old] = [figure(home), figure(from)];
  const both = to !== undefined && old !== undefined ? ` In this report ${to}, ${old}.` : '';
  const silent = from !== undefined && reason === 'moved-home-dead' && isSilent(step, from) ? ` ${shownCode(map, from)} was silent in this report.` : '';
  return `${sayInstant(step.at)}  Report ${step.number}: ${sentence(step)}.${both}${silent} ${formatSure(sure)} sure.`;
}

/** What changed around the client since the report before. */
function changesBetween(before: Context | undefined, now: Context): string[] {
  const changes: string[] = [];
  const { network } = now;
  if (network?.changed === true) changes.push(`Another network, ${clean(network.id).slice(0, 16)}: what was measured before does not count.`);
  if (network?.gapMs !== undefined) changes.push(network.gapMs > 0 ? `The machine slept for ${sayDuration(network.gapMs)}, or its clock was set forward.` : `The clock was set back by ${sayDuration(-network.gapMs)}.`);
  if (before && before.map !== now.map) changes.push(`Another relay map, of ${sayCount(now.map.regions.length, 'region')}.`);
  const wanted = sayPreferences(now);
  if (before && sayPreferences(before) !== wanted) changes.push(wanted === '' ? 'From here on nothing is asked for or avoided.' : `From here on: ${wanted}.`);
  return changes;
}
