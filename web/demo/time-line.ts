import type { RegionId, RelayMap } from '../../universal/index.ts';
import { set, svg } from '../widget/dom.ts';
import { keptMs, type Lane, type Latencies, type Point, type Span } from './history.ts';
import { rivalNames, type RivalName } from './rivals.ts';
import { latencyScale, spread, timeScale, type Scale } from './scale.ts';

/** A change of weather, as it is marked. */
export interface Mark {
  readonly at: number;
  text: string;
}

export interface TimeLineData {
  readonly map: RelayMap;
  readonly latencies: Latencies;
  readonly lanes: Readonly<Record<RivalName, Lane>>;
  readonly marks: readonly Mark[];
  /** When the page began, epoch ms. */
  readonly since: number;
}

/** All in px. */
const chart = { top: 26, bottom: 180, left: 66, right: 40 };
const laneHeight = 30;
const laneTop = (place: number): number => chart.bottom + 26 + place * (laneHeight + 14);
const axisTop = laneTop(rivalNames.length) - 4;
const height = axisTop + 20;

/** The shortest time that is shown, so that the first reports do not fill the width. */
const shortestMs = 60_000;

/** Reports of a short round leave far regions out; lines go on over that much. */
const lineGapMs = 30_000;

const letterPx = 6.6;

/** Draws what `data` has by now: round trips above, below them who was whose home, and what the weather did. */
export function createTimeLine(data: TimeLineData): { readonly element: SVGSVGElement; draw(now: number, width: number): void } {
  const element = svg('svg', { class: 'drawing', role: 'img', height });
  const colourOf = new Map(data.map.regions.map(({ id }, index) => [id, `region-${index % 8}`]));
  const codeOf = new Map(data.map.regions.map(({ id, code }) => [id, code]));
  const named = (id: RegionId | undefined): string => (id === undefined ? 'none' : (codeOf.get(id) ?? id));

  function lines(x: Scale, from: number, endPx: number): SVGElement[] {
    const seen = data.map.regions.map(({ id }) => ({ id, points: data.latencies.points(id).filter(({ at }) => at >= from) }));
    const all = seen.flatMap(({ points }) => points.flatMap(({ ms }) => ms ?? []));
    if (all.length === 0) return [];
    const y = latencyScale(Math.min(...all), Math.max(...all), chart.top, chart.bottom);
    const homes = new Set(rivalNames.map((name) => data.lanes[name].decision?.home));
    const ends = seen.flatMap(({ id, points }) => {
      const last = points.findLast(({ ms }) => ms !== undefined);
      return last?.ms === undefined ? [] : [{ id, y: y.at(last.ms), isSilent: points.at(-1)?.ms === undefined }];
    });
    const places = spread(ends.map((end) => end.y), 13, chart.top);
    return [
      ...y.ticks.flatMap((ms) => [
        svg('line', { class: 'grid', x1: chart.left, x2: endPx, y1: y.at(ms), y2: y.at(ms) }),
        svg('text', { class: 'tick', x: chart.left - 8, y: y.at(ms) + 4, 'text-anchor': 'end' }, `${ms} ms`),
      ]),
      ...seen.map(({ id, points }) => svg('path', { class: `round-trip ${colourOf.get(id)}${homes.has(id) ? ' is-home' : ''}`, d: pathOf(points, x, y) })),
      ...ends.map(({ id, isSilent }, index) => svg('text', { class: `code ${colourOf.get(id)}${isSilent ? ' is-silent' : ''}`, x: endPx + 6, y: (places[index] ?? 0) + 4 }, named(id))),
    ];
  }

  function lane(name: RivalName, top: number, x: Scale, from: number): SVGElement[] {
    const { spans, moves } = data.lanes[name];
    return [
      svg('text', { class: 'lane-name', x: 0, y: top + laneHeight / 2 + 4 }, name),
      ...spans.filter(({ to }) => to >= from).map((span) => drawSpan(span, top, x, from)),
      ...moves.filter(({ at }) => at >= from).map(({ at, from: left, to, sentence }) => svg('g', { class: 'move', transform: `translate(${x.at(at)} ${top})` },
        svg('title', {}, `${named(left)} to ${named(to)}: ${sentence}`),
        svg('path', { d: `M0 -1 V${laneHeight}` }),
        svg('path', { class: 'flag', d: 'M-4.5 -8.5 H4.5 L0 -1 Z' }))),
    ];
  }

  function drawSpan({ home, from, to }: Span, top: number, x: Scale, since: number): SVGElement {
    const left = x.at(Math.max(from, since));
    const width = Math.max(1, x.at(to) - left);
    const text = named(home);
    const shape = svg('rect', { class: home === undefined ? 'span no-home' : `span ${colourOf.get(home)}`, x: left, y: top, width, height: laneHeight });
    return width < text.length * letterPx + 10 ? shape : svg('g', {}, shape, svg('text', { class: home === undefined ? 'span-code no-home' : 'span-code', x: left + 7, y: top + laneHeight / 2 + 4 }, text));
  }

  function marks(x: Scale, from: number, endPx: number): SVGElement[] {
    let free = endPx;
    // From the newest back: its words matter most where there is room for one only.
    return data.marks.filter(({ at }) => at >= from).toReversed().flatMap(({ at, text }) => {
      const place = x.at(at);
      const width = text.length * letterPx + 8;
      const isLeft = place + width > endPx;
      const [begin, end] = isLeft ? [place - width, place] : [place, place + width];
      const hasRoom = end <= free && begin >= chart.left;
      if (hasRoom) free = begin;
      return [svg('g', { class: 'mark' },
        svg('title', {}, text),
        svg('line', { x1: place, x2: place, y1: 6, y2: axisTop }),
        ...(hasRoom ? [svg('text', { x: isLeft ? place - 5 : place + 5, y: 13, 'text-anchor': isLeft ? 'end' : 'start' }, text)] : []))];
    });
  }

  return {
    element,
    draw(now, width) {
      const from = now - Math.min(keptMs, Math.max(shortestMs, now - data.since));
      const endPx = Math.max(chart.left + 100, width - chart.right);
      const x = timeScale(from, now, chart.left, endPx);
      set(element, 'width', width);
      set(element, 'viewBox', `0 0 ${width} ${height}`);
      set(element, 'aria-label', summaryOf(data, named));
      element.replaceChildren(
        ...lines(x, from, endPx),
        ...marks(x, from, endPx),
        ...rivalNames.flatMap((name, place) => lane(name, laneTop(place), x, from)),
        ...x.ticks.map((time) => svg('text', { class: 'tick', x: x.at(time), y: axisTop + 14, 'text-anchor': time === now ? 'end' : 'middle' }, agoOf(now - time))),
      );
    },
  };
}

/** What the picture shows, for who does not see it. Its figures also stand below it. */
function summaryOf({ lanes }: TimeLineData, named: (id: RegionId | undefined) => string): string {
  const told = rivalNames.map((name) => `${name} is at ${named(lanes[name].decision?.home)} after ${lanes[name].moved} ${lanes[name].moved === 1 ? 'move' : 'moves'}`);
  return `Round trips and homes of the last minutes: ${told.join(', ')}.`;
}

const agoOf = (ms: number): string => (ms === 0 ? 'now' : ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`);

/** Broken where it did not answer, or was not asked for long. */
function pathOf(points: readonly Point[], x: Scale, y: Scale): string {
  let path = '';
  let last: Point | undefined;
  for (const point of points) {
    if (point.ms !== undefined) {
      const isJoined = last?.ms !== undefined && point.at - last.at < lineGapMs;
      path += `${isJoined ? 'L' : 'M'}${x.at(point.at).toFixed(1)} ${y.at(point.ms).toFixed(1)}`;
      // A lone answer is a dot: a line of no length with round ends.
      if (!isJoined) path += 'h0';
    }
    last = point;
  }
  return path;
}
