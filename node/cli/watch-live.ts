import type { PickerEvent } from '../../core/events.ts';
import type { HomeEvent } from '../../core/home/events.ts';
import { sparkline } from '../../core/report/bars.ts';
import { clean, cut } from '../../core/report/cells.ts';
import { painter } from '../../core/report/paint.ts';
import { orderRegions, shownCode, type RegionRow } from '../../core/report/region-order.ts';
import { regionTable } from '../../core/report/region-table.ts';
import { formatSure } from '../../core/report/wording.ts';
import { createScreen } from './screen.ts';
import { createConnectionLine } from './watch-connection.ts';
import { createWatchHistory, HISTORY_LENGTH, type ReportEvent, type WatchHistory } from './watch-history.ts';
import type { WatchView, WatchViewOptions } from './watch-view.ts';

/** The view of `watch` on a terminal: the home, its reason, and each region's latency now and in the last reports. */
export function liveView({ stream, map, colour, wall, timeOfDay, after }: Required<WatchViewOptions>): WatchView {
  const screen = createScreen(stream);
  const paint = painter(colour);
  const history = createWatchHistory(map);
  let measuring = false;
  const connection = createConnectionLine();
  let connected: string | undefined;
  let note: string | undefined;
  let cancel: (() => void) | undefined;
  let over = false;

  function draw(): void {
    const { width, height } = screen.size();
    const { last, lastMove } = history;
    const heading = last?.decision.home === undefined ? 'no home' : `home ${shownCode(history.map, last.decision.home)} since ${timeOfDay(history.homeSince ?? last.at)}, sure ${formatSure(last.decision.sure)}`;
    const moved = lastMove ? `${history.moves} ${history.moves === 1 ? 'move' : 'moves'}, the last at ${timeOfDay(lastMove.at)}` : 'no moves';
    const top = [paint('home', cut(heading, width)), cut(`${moved} · ${sayNext(last, measuring, wall())}`, width)];
    if (last) top.push(paint('heading', cut(clean(last.decision.sentence), width)));
    if (connected !== undefined) top.push(cut(connected, width));
    if (note !== undefined) top.push(paint('warning', cut(`note: ${note}`, width)));
    const table = last ? regionLines(history, last, width) : [];
    const room = Math.max(0, height - top.length);
    const fits = table.length <= room ? table.length : Math.max(0, room - 1);
    const lines = table.slice(0, fits).map(({ text, ink }) => (ink ? paint(ink, cut(text, width)) : cut(text, width)));
    if (fits < table.length) lines.push(paint('faint', cut(`… and ${table.length - fits} more`, width)));
    screen.draw([...top, ...lines].slice(0, height));
  }

  /** Draws now and, while a wait counts down, every second. */
  function refresh(): void {
    cancel?.();
    cancel = undefined;
    draw();
    if (!measuring && history.last?.waitMs !== undefined && wall() < history.last.at + history.last.waitMs) cancel = after(1000, refresh);
  }

  return {
    onEvent(event) {
      if (over) return;
      if (event.type === 'started') measuring = true;
      else if (event.type === 'note') note = clean(event.message);
      else if (event.type === 'report') {
        measuring = false;
        note = undefined;
        history.add(event);
      } else if (isOfHome(event)) {
        const before = connected;
        connected = connection.add(event, history.map);
        if (connected === before) return;
      } else return;
      refresh();
    },
    done() {
      over = true;
      cancel?.();
      cancel = undefined;
      screen.leave();
    },
  };
}

const isOfHome = (event: PickerEvent | HomeEvent): event is HomeEvent => ['home', 'connection', 'pong', 'held', 'stopped'].includes(event.type);

function regionLines(history: WatchHistory, last: ReportEvent, width: number): ReturnType<typeof regionTable> {
  const rows = orderRegions(history.merged() ?? last.report, last.decision, history.map);
  // The figures need about 50 cells; what is left goes to the past.
  const past = Math.min(HISTORY_LENGTH, Math.max(0, width - 50));
  return regionTable(rows, {
    width, verbose: false, ascii: false,
    column: { width: past, text: (row) => (past > 0 ? sparkline(history.ticks(row.id).slice(-past)).padStart(past) : '') },
    remark: (row) => sayAge(history, last, row),
  });
}

function sayAge(history: WatchHistory, last: ReportEvent, { id }: RegionRow): string {
  const ageMs = last.at - (history.askedAt(id) ?? last.at);
  if (ageMs < 1000) return '';
  return ageMs < 120_000 ? `${Math.round(ageMs / 1000)} s ago` : `${Math.round(ageMs / 60_000)} min ago`;
}

function sayNext(last: ReportEvent | undefined, measuring: boolean, now: number): string {
  if (measuring) return 'measuring';
  if (last?.waitMs === undefined) return 'no report due';
  return `next report in ${Math.max(0, Math.ceil((last.at + last.waitMs - now) / 1000))} s`;
}
