import type { Decision, Reason } from '../model/decision.ts';
import { regionById, type RegionId, type RelayMap } from '../model/map.ts';

/**
 * A decision in one sentence, such as "kept fra: par is 3 ms nearer, moves at 6 ms". Regions by their codes, ms to a tenth.
 * What `why` does not tell is left out. It reads there: `best` (a region's id), `answered` (regions), `homeMs`, `aheadMs` (by
 * how much `best` is nearer than the home), `movesAtMs`, `reportsLeft` (for which that must last), `gainMs` (of a
 * move), `heardAgoMs`, `misses` and `leavesAt` (reports in a row without an answer of the home), `unwanted` (`avoided`,
 * `drained`: the home is), `preferred` (so the home counts as nearer than it is).
 */
export function sentenceOf({ home, previous, reason, why }: Pick<Decision, 'reason' | 'why'> & { readonly home?: RegionId | undefined; readonly previous?: RegionId | undefined }, map: RelayMap): string {
  const code = (id: unknown): string | undefined => (typeof id === 'string' ? (regionById(map, id)?.code ?? id) : undefined);
  const sentence = sentences[reason]({
    home: code(home) ?? 'the home',
    previous: code(previous),
    best: code(why['best']) ?? 'another',
    figure(name, text) {
      const value = why[name];
      return typeof value === 'number' ? text(value) : '';
    },
  });
  const { unwanted, preferred } = why;
  return sentence + (unwanted === 'drained' ? ', though it is being drained' : unwanted === 'avoided' ? ', though it is to be avoided' : preferred === true ? ', which is preferred' : '');
}

/** To a tenth, without a trailing zero. */
export const formatMs = (ms: number): string => String(Math.round(ms * 10) / 10);

interface Words {
  readonly home: string;
  readonly previous: string | undefined;
  readonly best: string;
  /** Says a figure, or nothing where it is not known. */
  figure(name: string, text: (value: number) => string): string;
}

/** Longer ago it is no longer what keeps a home: its connection is. */
const heardOfLateMs = 120_000;

const sentences: Readonly<Record<Reason, (words: Words) => string>> = {
  first: (w) => `chose ${w.home}: nearest${w.figure('answered', (n) => ` of ${n} that answered`)}${at(w)}`,
  only: (w) => `chose ${w.home}: it alone answered${at(w)}`,
  nearest: (w) => `kept ${w.home}: nearest${at(w)}`,
  'gain-too-small': (w) => `${ahead(w)}${w.figure('movesAtMs', (ms) => `, moves at ${formatMs(ms)} ms`)}`,
  'gain-unproven': (w) => `${ahead(w)}${w.figure('movesAtMs', (ms) => `, moves at ${formatMs(ms)} ms ${w.figure('reportsLeft', (n) => `over ${n} more report${n === 1 ? '' : 's'}`) || 'once that has lasted'}`)}`,
  heard: (w) => `kept ${w.home}: no answer, but its relay ${w.figure('heardAgoMs', (ms) => (ms > heardOfLateMs ? '' : `was heard ${formatMs(ms / 1000)} s ago`)) || 'is connected'}`,
  missed: (w) => `kept ${w.home}: no answer${w.figure('misses', (n) => ` in ${n} report${n === 1 ? '' : 's'}`)}${w.figure('leavesAt', (n) => `, leaves at ${n}`)}`,
  'not-asked': (w) => `kept ${w.home}: not asked, the budget for measurements is used up`,
  'moved-nearer': (w) => `moved to ${w.home}${w.previous === undefined ? '' : ` from ${w.previous}`}${w.figure('gainMs', (ms) => `: ${formatMs(ms)} ms nearer`)}`,
  'moved-home-silent': (w) => `moved to ${w.home}: ${last(w)} did not answer`,
  'moved-home-dead': (w) => `moved to ${w.home}: the connection to ${last(w)} died`,
  'moved-drained': (w) => `moved to ${w.home}: ${last(w)} is being drained`,
  unverified: (w) => `kept ${w.home}: those to go to have answered in one report alone`,
  'moved-avoided': (w) => `moved to ${w.home}: ${last(w)} is to be avoided`,
  pinned: (w) => `pinned to ${w.home}`,
  remembered: (w) => `start at ${w.home}: home when this network was last seen, not yet verified`,
  pending: (w) => `kept ${w.home}: asked, may still answer`,
  fallback: (w) => `nothing answers: ${w.home} stands in`,
  offline: () => 'no home: offline',
  'no-map': () => 'no home: the relay map is empty',
  'no-answer': (w) => `no home: ${w.previous === undefined ? 'nothing answered' : `${w.previous} did not answer, nor did another`}`,
};

const at = (w: Words): string => w.figure('homeMs', (ms) => ` at ${formatMs(ms)} ms`);
const ahead = (w: Words): string => `kept ${w.home}: ${w.best} is ${w.figure('aheadMs', (ms) => `${formatMs(ms)} ms `)}nearer`;
const last = (w: Words): string => w.previous ?? 'the last home';
