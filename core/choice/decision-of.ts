import type { Decision } from '../model/decision.ts';
import type { RelayMap } from '../model/map.ts';
import { present } from '../model/present.ts';
import { sentenceOf } from './explain.ts';

/** A decision with its sentence. What is not given is as where nothing was measured. */
export function decisionOf(map: RelayMap, given: Partial<Decision> & Pick<Decision, 'state' | 'reason'>): Decision {
  const decision = present({ changed: false, sure: 0, ageMs: 0, why: {}, equals: [], ...given });
  return { ...decision, sentence: sentenceOf(decision, map) };
}
