import type { PickerEvent } from '../../core/events.ts';
import type { HomeEvent } from '../../core/home/events.ts';
import type { RelayMap } from '../../core/model/map.ts';
import { clean } from '../../core/report/cells.ts';
import { reportOfRegion, shownCode } from '../../core/report/region-order.ts';
import { formatMs, sayUnanswered } from '../../core/report/wording.ts';
import { afterMs, type Schedule } from './schedule.ts';
import type { TerminalStream } from './screen.ts';
import type { ReportEvent } from './watch-history.ts';
import { createConnectionLine } from './watch-connection.ts';
import { liveView } from './watch-live.ts';

export interface WatchView {
  readonly onEvent: (event: PickerEvent | HomeEvent) => void;
  /** Leaves the last view standing and gives the cursor back. */
  done(): void;
}

export interface WatchViewOptions {
  readonly stream: TerminalStream;
  readonly map: RelayMap;
  readonly colour: boolean;
  /** Epoch ms, for the countdown. */
  readonly wall?: () => number;
  readonly timeOfDay?: (epochMs: number) => string;
  readonly after?: Schedule;
}

const localTime = (epochMs: number): string => new Date(epochMs).toTimeString().slice(0, 8);

/** What `watch` shows: on a terminal one view, redrawn in place; elsewhere one line a report. */
export function createWatchView({ stream, map, colour, wall = Date.now, timeOfDay = localTime, after = afterMs }: WatchViewOptions): WatchView {
  return stream.isTTY ? liveView({ stream, map, colour, wall, timeOfDay, after }) : lineView(stream, map, timeOfDay);
}

function lineView(stream: TerminalStream, start: RelayMap, timeOfDay: (epochMs: number) => string): WatchView {
  const connection = createConnectionLine();
  let said: string | undefined;
  let map = start;
  let over = false;
  return {
    onEvent(event) {
      if (over) return;
      if (event.type === 'report') {
        ({ map } = event.context);
        stream.write(`${timeOfDay(event.at)} ${sayHomeLatency(event)} · ${clean(event.decision.sentence)}\n`);
      } else if (event.type === 'home' || event.type === 'stopped' || (event.type === 'connection' && event.state === 'failed')) {
        const words = connection.add(event, map);
        if (words !== said) stream.write(`${timeOfDay(event.at)} ${words}\n`);
        said = words;
      } else if (event.type === 'note') stream.write(`${timeOfDay(event.at)} note: ${clean(event.message)}\n`);
    },
    done() { over = true; },
  };
}

function sayHomeLatency({ decision, report, context }: ReportEvent): string {
  if (decision.home === undefined) return 'no home';
  const region = reportOfRegion(report, decision.home);
  return `${shownCode(context.map, decision.home)} ${region?.latencyMs === undefined ? sayUnanswered(region) : formatMs(region.latencyMs)}`;
}
