import type { Reason } from '../model/decision.ts';

/** The figures behind a reason. Regions by their codes. */
export interface Figures {
  readonly home?: string;
  /** The home before. */
  readonly previous?: string;
  /** The rival: the nearest region other than the home. */
  readonly best?: string;
  readonly homeNowMs?: number;
  readonly bestMs?: number;
  /** How much nearer the rival is, or after a move how much nearer the new home is than the previous one. */
  readonly gainMs?: number;
  /** The gain at which it moves. */
  readonly neededMs?: number;
  /** Reports for which the gain must last. */
  readonly reportsLeft?: number;
  /** Regions that answered. */
  readonly answered?: number;
  /** Since the last life sign of the home's connection. */
  readonly heardAgoMs?: number;
  /** Reports in a row without an answer of the home, and how many it may miss. */
  readonly missed?: number;
  readonly allowedMisses?: number;
}

type Sentence = (figures: Figures) => string;

const sentences: Readonly<Record<Reason, Sentence>> = {
  first: (f) => `chose ${home(f)}: nearest${optional(f.answered, (n) => ` of ${n} that answered`)}${at(f)}`,
  only: (f) => `chose ${home(f)}: it alone answered${at(f)}`,
  nearest: (f) => `kept ${home(f)}: nearest${at(f)}`,
  'gain-too-small': (f) => `kept ${home(f)}: ${rival(f)}${needed(f)}`,
  'gain-unproven': (f) => `kept ${home(f)}: ${rival(f)}${needed(f)}${optional(f.reportsLeft, (n) => ` over ${count(n, 'more report')}`)}`,
  heard: (f) => `kept ${home(f)}: no answer, but its relay was heard${optional(f.heardAgoMs, (age) => ` ${formatMs(age / 1000)} s ago`)}`,
  missed: (f) => `kept ${home(f)}: no answer${optional(f.missed, (n) => ` in ${count(n, 'report')}`)}${optional(f.allowedMisses, (n) => `, leaves after ${n}`)}`,
  'moved-nearer': (f) => `${moved(f)}${optional(f.gainMs, (gain) => `: ${formatMs(gain)} ms nearer`)}`,
  'moved-home-silent': (f) => `moved to ${home(f)}: ${previous(f)} did not answer`,
  'moved-home-dead': (f) => `moved to ${home(f)}: the connection to ${previous(f)} died`,
  'moved-drained': (f) => `moved to ${home(f)}: ${previous(f)} is being drained`,
  pinned: (f) => `pinned to ${home(f)}`,
  remembered: (f) => `start at ${home(f)}: home when this network was last seen, not yet verified`,
  pending: (f) => `kept ${home(f)}: asked, may still answer`,
  fallback: (f) => `nothing answers: ${home(f)} stands in`,
  offline: () => 'no home: offline',
  'no-map': () => 'no home: the relay map is empty',
  'no-answer': (f) => `no home: ${f.previous === undefined ? 'nothing answered' : `${f.previous} did not answer, nor did another`}`,
};

/** A decision in one sentence, such as "kept fra: par is 3 ms nearer, moves at 6 ms". What is not known is left out. */
export const explain = (reason: Reason, figures: Figures): string => sentences[reason](figures);

/** To a tenth, without a trailing zero. */
export const formatMs = (ms: number): string => String(Math.round(ms * 10) / 10);

const home = (f: Figures): string => f.home ?? 'the home';
const previous = (f: Figures): string => f.previous ?? 'the last home';
const at = (f: Figures): string => optional(f.homeNowMs, (ms) => ` at ${formatMs(ms)} ms`);
const needed = (f: Figures): string => optional(f.neededMs, (ms) => `, moves at ${formatMs(ms)} ms`);
const rival = (f: Figures): string => `${f.best ?? 'another'} is ${optional(f.gainMs, (ms) => `${formatMs(ms)} ms `)}nearer`;
const moved = (f: Figures): string => `moved to ${home(f)}${optional(f.previous, (code) => ` from ${code}`)}`;
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function optional<T>(value: T | undefined, text: (value: T) => string): string {
  return value === undefined ? '' : text(value);
}
