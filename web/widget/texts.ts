import { sayDoubts, sayUnanswered } from '../../core/report/wording.ts';
import type { Decision, DecisionState, RegionReport, RelayMap } from '../../universal/index.ts';

/** What the widget as a whole is doing: a decision's state, or why there is none. */
export type WidgetState = DecisionState | 'loading' | 'empty' | 'offline' | 'error';

/** Every word that the widget shows or speaks. Figures come formatted for the element's language. */
export interface WidgetTexts {
  /** Names the widget, its list and its map for those who do not see them. */
  readonly title: string;
  readonly list: string;
  readonly world: (regions: number, home: string | undefined) => string;
  readonly states: Readonly<Record<WidgetState, string>>;
  /** What to make of a state without a decision. Of `error` the error's own words are shown. */
  readonly help: Readonly<Partial<Record<WidgetState, string>>>;
  /** Why this home. Default: the decision's own English sentence. */
  readonly why: (decision: Decision, map: RelayMap) => string;
  readonly latency: string;
  readonly since: string;
  readonly sure: string;
  readonly region: string;
  /** A sparkline in words. `lost`: reports without an answer. */
  readonly range: (lowest: string, highest: string, lost: string) => string;
  /** Heading of the sparklines, which go so many minutes back. */
  readonly history: (minutes: string) => string;
  readonly home: string;
  /** Of a region that cannot be told from the home. */
  readonly equal: string;
  /** Of a latency that was made comparable with those of another kind. */
  readonly ranksAs: (latency: string) => string;
  /** What is known of a region that did not answer. */
  readonly unanswered: (region: RegionReport | undefined) => string;
  readonly doubts: (region: RegionReport) => readonly string[];
  readonly answered: (answers: string, probes: string) => string;
  readonly measured: (time: string) => string;
  readonly noPlaces: string;
  /** The page is on https, and may not ask these regions over http or ws. */
  readonly mixed: (codes: string) => string;
}

export const english: WidgetTexts = {
  title: 'Nearest relay',
  list: 'Relay regions, nearest first',
  world: (regions, home) => `World map of ${regions} regions${home === undefined ? '' : `, home is ${home}`}`,
  states: {
    waiting: 'No relay map', loading: 'Loading the map', empty: 'Empty relay map', probing: 'Measuring', provisional: 'First answers', settled: 'Settled',
    remembered: 'Remembered', failing: 'Home lost', unreachable: 'No answer', offline: 'Offline', error: 'Error',
  },
  help: {
    waiting: 'The attribute “map” wants the URL of one.', empty: 'It has no regions.', offline: 'Measures again when there is a network.',
  },
  why: ({ sentence }) => sentence,
  latency: 'Round trip',
  since: 'Home since',
  sure: 'Sure',
  region: 'Region',
  range: (lowest, highest, lost) => `${lowest} to ${highest}, ${lost} without an answer`,
  history: (minutes) => `Last ${minutes} min`,
  home: 'home',
  equal: '≈ home',
  ranksAs: (latency) => `ranks as ${latency}`,
  unanswered: sayUnanswered,
  doubts: sayDoubts,
  answered: (answers, probes) => `${answers} of ${probes} answered`,
  measured: (time) => `measured ${time}`,
  noPlaces: 'This relay map names no places',
  mixed: (codes) => `This page is on https and may not ask over plain http or ws: ${codes}`,
};
