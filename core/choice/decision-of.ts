import type { Decision } from '../model/decision.ts';
import type { RelayMap } from '../model/map.ts';
import type { Mutable } from '../model/mutable.ts';
import { sentenceOf } from './explain.ts';

/** A decision with its sentence. What is not given is as where nothing was measured. */
export function decisionOf(map: RelayMap, given: Given): Decision {
  const { home, previous, changed = false, state, sure = 0, ageMs = 0, reason, why = {}, equals = [] } = given;
  const sentence = sentenceOf({ home, previous, reason, why }, map);
  const decision: Mutable<Decision> = { changed, state, sure, ageMs, reason, why, equals, sentence };
  if (home !== undefined) decision.home = home;
  if (previous !== undefined) decision.previous = previous;
  return decision;
}

type Given = { readonly [K in keyof Omit<Decision, 'state' | 'reason' | 'sentence'>]?: Decision[K] | undefined } & Pick<Decision, 'state' | 'reason'>;
