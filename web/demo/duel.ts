import type { Picked, RegionId, RelayMap } from '../../universal/index.ts';
import { say } from '../widget/dom.ts';
import { createLane, createLatencies, keptMs, type Point } from './history.ts';
import { createLaneView } from './lane-view.ts';
import { rivalNames, type RivalName } from './rivals.ts';
import { createTimeLine, type Mark } from './time-line.ts';

export interface Duel {
  heard(name: RivalName, picked: Picked): void;
  /** What a region last did, whoever asked it. */
  last(id: RegionId): Point | undefined;
  /** A change of weather, in a few words. Changes of the same relay in quick succession are one. */
  mark(subject: string, text: string): void;
}

/** A control that is dragged changes the weather many times. */
const oneChangeMs = 2_500;

/** The time line and both strategies in words, in the page's places for them. */
export function createDuel(map: RelayMap, { timeLine, words, spoken }: { readonly timeLine: HTMLElement; readonly words: HTMLElement; readonly spoken: HTMLElement }): Duel {
  const lanes = { netcheck: createLane(), steady: createLane() };
  const views = { netcheck: createLaneView('netcheck', lanes.netcheck, map), steady: createLaneView('steady', lanes.steady, map) };
  const latencies = createLatencies();
  const marks: (Mark & { readonly subject: string })[] = [];
  const drawing = createTimeLine({ map, latencies, lanes, marks, since: Date.now() });
  let frame = 0;

  /** At most once a frame, and not at all while nobody sees it. */
  function draw(): void {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      drawing.draw(Date.now(), timeLine.clientWidth);
    });
  }

  timeLine.append(drawing.element);
  words.append(...rivalNames.map((name) => views[name].element));
  new ResizeObserver(draw).observe(timeLine);
  setInterval(draw, 1_000);

  return {
    heard(name, { report, decision }) {
      latencies.add(report);
      const move = lanes[name].add(report, decision);
      if (move) say(spoken, `${name}: ${move.sentence}`);
      views[name].update();
      draw();
    },
    last: (id) => latencies.points(id).at(-1),
    mark(subject, text) {
      const at = Date.now();
      const last = marks.at(-1);
      if (last?.subject === subject && at - last.at < oneChangeMs) last.text = text;
      else marks.push({ subject, at, text });
      while (marks[0] && marks[0].at < at - keptMs) marks.shift();
      draw();
    },
  };
}
