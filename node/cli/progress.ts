import type { PickerEvent } from '../../core/events.ts';
import { isUdpKind, type Kind } from '../../core/model/kind.ts';
import type { RegionId, RelayMap } from '../../core/model/map.ts';
import { cut } from '../../core/report/cells.ts';
import { painter } from '../../core/report/paint.ts';
import { shownCode } from '../../core/report/region-order.ts';
import { formatMs } from '../../core/report/wording.ts';
import { afterMs, type Schedule } from './schedule.ts';
import { createScreen, type TerminalStream } from './screen.ts';

export interface ProgressLine {
  readonly onEvent: (event: PickerEvent) => void;
  /** Takes the line away and stops. */
  done(): void;
}

export interface ProgressOptions {
  /** Where to draw: stderr. Nothing is written unless it is a terminal. */
  readonly stream: TerminalStream;
  readonly map: RelayMap;
  readonly colour: boolean;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Least time between two redraws. Default 50: 20 a second. */
  readonly everyMs?: number;
  readonly after?: Schedule;
}

/** One line, redrawn in place while a report is made: `3 of 16 answered · nearest so far fra 8.3 ms`. */
export function createProgress({ stream, map, colour, now, everyMs = 50, after = afterMs }: ProgressOptions): ProgressLine {
  if (!stream.isTTY) return { onEvent() {}, done() {} };
  const screen = createScreen(stream);
  const paint = painter(colour);
  const asked = new Set<RegionId>();
  const answered = new Set<RegionId>();
  let nearest: Nearest | undefined;
  let drawnAt = -Infinity;
  let cancel: (() => void) | undefined;
  let over = false;

  function draw(): void {
    cancel?.();
    cancel = undefined;
    drawnAt = now();
    const { width } = screen.size();
    const count = cut(`${answered.size} of ${asked.size} answered`, width);
    const found = nearest ? cut(` · nearest so far ${nearest.code} ${formatMs(nearest.ms)}`, width - count.length) : '';
    screen.draw([count + paint('home', found)]);
  }

  /** At once if the last redraw is long enough ago, else when it is: what came last is always shown. */
  function changed(): void {
    const waitMs = drawnAt + everyMs - now();
    if (waitMs <= 0) draw();
    else cancel ??= after(waitMs, draw);
  }

  function erase(): void {
    cancel?.();
    cancel = undefined;
    screen.erase();
  }

  function reset(): void {
    asked.clear();
    answered.clear();
    nearest = undefined;
  }

  return {
    onEvent(event) {
      if (over) return;
      if (event.type === 'started') reset();
      else if (event.type === 'report') erase();
      else if (event.type === 'probe') {
        asked.add(event.region);
        changed();
      } else if (event.type === 'sample') {
        answered.add(event.region);
        const { kind, latencyMs } = event.sample;
        const next: Nearest = { code: shownCode(map, event.region), ms: latencyMs, class: classOf(kind) };
        if (!nearest || next.class < nearest.class || (next.class === nearest.class && next.ms < nearest.ms)) nearest = next;
        changed();
      }
    },
    done() {
      over = true;
      erase();
    },
  };
}

interface Nearest {
  readonly code: string;
  readonly ms: number;
  readonly class: number;
}

/** Times over UDP and others are not compared: any of the former goes before all of the latter. */
const classOf = (kind: Kind): number => (isUdpKind(kind) || kind === 'fake' ? 0 : 1);
