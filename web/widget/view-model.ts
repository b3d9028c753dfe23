import { orderRegions, reportOfRegion, wasAsked, type RegionRow } from '../../core/report/region-order.ts';
import type { Decision, Doubt, Region, RegionId, RegionReport, RelayMap, Report } from '../../universal/index.ts';
import type { Format } from './format.ts';
import type { History } from './history.ts';
import { project } from '../../universal/world/projection.ts';
import { spark, type Spark } from './spark.ts';
import type { WidgetState, WidgetTexts } from './texts.ts';

/** What is known at a moment. */
export interface Situation {
  /** What keeps a decision from being made. */
  readonly obstacle?: 'waiting' | 'loading' | 'empty' | 'error';
  /** What went wrong, in words. */
  readonly error?: string;
  readonly offline?: boolean;
  readonly map?: RelayMap;
  readonly report?: Report;
  readonly decision?: Decision;
  readonly homeSince?: number;
  readonly history: History;
  /** Codes of regions that this page may not ask by HTTPS or WebSocket. */
  readonly mixed?: readonly string[];
}

/** How sure a region's figure is. `bound`: only a lower bound is known; `none`: nothing. */
type Certainty = 'measured' | 'doubtful' | 'bound' | 'none';

export interface RowView {
  readonly id: RegionId;
  readonly name: string;
  /** Code, standing and kind. */
  readonly tag: string;
  readonly standing: RegionRow['standing'];
  readonly certainty: Certainty;
  readonly pending: boolean;
  /** The latency, or what is known instead. */
  readonly figure: string;
  readonly remark: string;
  /** Length of the bar, 0 to 1. */
  readonly share: number;
  readonly spark: Spark;
  readonly sparkLabel: string;
  /** All that is known, in one line. */
  readonly details: string;
}

interface PlaceView {
  readonly id: RegionId;
  readonly x: number;
  readonly y: number;
  readonly standing: RegionRow['standing'];
  readonly certainty: Certainty;
  readonly name: string;
}

/** All that the widget shows, as text and figures. */
export interface View {
  readonly state: WidgetState;
  readonly title: string;
  readonly label: string;
  readonly latency: string;
  readonly since: string;
  readonly sure: string;
  readonly why: string;
  readonly historyHead: string;
  readonly rows: readonly RowView[];
  /** In the order to draw: the nearer above the farther, the home above all. */
  readonly places: readonly PlaceView[];
  readonly worldLabel: string;
  readonly worldNote: string;
  readonly notice: string;
}

const emptyReport: Report = { at: 0, full: false, durationMs: 0, strategy: '', notes: [], regions: {} };
const emptyMap: RelayMap = { version: 1, regions: [] };
const undecided: Decision = { changed: false, state: 'probing', sure: 0, ageMs: 0, reason: 'no-answer', why: {}, equals: [], sentence: '' };

export function viewOf(situation: Situation, texts: WidgetTexts, format: Format): View {
  const { map = emptyMap, decision = undecided, history } = situation;
  const state: WidgetState = situation.obstacle ?? (situation.offline ? 'offline' : decision.state);
  const rows = orderRegions(known(situation.report ?? emptyReport, map, history), decision, map);
  const home = rows.find(({ standing }) => standing === 'home');
  const longestMs = Math.max(...rows.map(({ rankMs }) => rankMs ?? 0)) || Math.max(1, ...rows.map(({ region }) => region?.atLeastMs ?? 0));
  const regionOf = new Map(map.regions.map((region) => [region.id, region]));
  const places = rows.flatMap((row) => placeOf(row, regionOf.get(row.id))).reverse().sort((a, b) => Number(a.standing === 'home') - Number(b.standing === 'home'));
  return {
    state,
    title: home?.name || home?.code || texts.states[state],
    label: home ? texts.states[state] : texts.title,
    latency: home?.region?.latencyMs === undefined ? '–' : format.ms(home.region.latencyMs),
    since: home && situation.homeSince !== undefined ? format.time(situation.homeSince) : '–',
    sure: home ? format.percent(decision.sure) : '–',
    why: situation.error ?? (situation.obstacle || situation.offline || !decision.sentence ? texts.help[state] ?? '' : texts.why(decision, map)),
    historyHead: texts.history(format.whole(Math.max(1, Math.round((history.to - history.from) / 60_000)))),
    rows: rows.map((row) => rowOf(row, longestMs, history, texts, format)),
    places,
    worldLabel: texts.world(places.length, home?.name),
    worldNote: map.regions.length && !places.length ? texts.noPlaces : '',
    notice: situation.mixed?.length ? texts.mixed(situation.mixed.join(', ')) : '',
  };
}

/** The report, each region as it was when it was last asked. */
function known(report: Report, map: RelayMap, history: History): Report {
  // Entries, not assignments: an id may be `__proto__`.
  const regions = Object.fromEntries(map.regions.flatMap(({ id }): [RegionId, RegionReport][] => {
    const now = reportOfRegion(report, id);
    const isKnown = now?.latencyMs !== undefined || (wasAsked(now) && !now?.pending);
    const region = isKnown ? now : history.asked(id)?.region ?? now;
    return region ? [[id, region]] : [];
  }));
  return { ...report, regions };
}

function certaintyOf({ region, rankMs }: RegionRow): Certainty {
  if (rankMs !== undefined) return graveDoubts(region).length ? 'doubtful' : 'measured';
  return region?.atLeastMs === undefined ? 'none' : 'bound';
}

/** That there is one sample only is true of every region in a short report: what came before stands in the sparkline. */
const graveDoubts = (region: RegionReport | undefined): Doubt[] => region?.doubt.filter((doubt) => doubt !== 'single') ?? [];

function rowOf(row: RegionRow, longestMs: number, history: History, texts: WidgetTexts, format: Format): RowView {
  const { id, code, name, region, rankMs, standing } = row;
  const ms = region?.latencyMs;
  const figure = ms === undefined ? texts.unanswered(region) : format.ms(ms);
  const remarks = rankMs === undefined || format.ms(rankMs) === figure ? [] : [texts.ranksAs(format.ms(rankMs))];
  const doubts = (doubt: readonly Doubt[]): readonly string[] => (region && ms !== undefined ? texts.doubts({ ...region, doubt }) : []);
  const line = spark(history.ticks(id), history.from, history.to);
  const at = history.asked(id)?.at;
  const kind = ms === undefined ? undefined : region?.kind;
  const probes = region ? region.samples + region.lost : 0;
  return {
    id,
    name: name || code,
    tag: [name && name !== code ? code : '', standing === 'other' ? '' : texts[standing], kind ?? ''].filter(Boolean).join(' · '),
    standing,
    certainty: certaintyOf(row),
    pending: region?.pending === true,
    figure,
    remark: [...remarks, ...doubts(graveDoubts(region))].join(', '),
    share: Math.min(1, (rankMs ?? region?.atLeastMs ?? 0) / longestMs),
    spark: line,
    sparkLabel: line.line && texts.range(format.ms(line.lowestMs), format.ms(line.highestMs), format.whole(line.losses)),
    details: [
      name || code, figure, ...(kind ? [region?.family ? `${kind} IPv${region.family}` : kind] : []), ...remarks, ...doubts(region?.doubt ?? []),
      ...(region && probes ? [texts.answered(format.whole(region.samples), format.whole(probes))] : []),
      ...(at === undefined ? [] : [texts.measured(format.time(at))]),
    ].join(' · '),
  };
}

function placeOf(row: RegionRow, region: Region | undefined): PlaceView[] {
  if (region?.latitude === undefined || region.longitude === undefined) return [];
  return [{ id: row.id, ...project(region.latitude, region.longitude), standing: row.standing, certainty: certaintyOf(row), name: row.name || row.code }];
}
