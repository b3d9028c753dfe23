import { reportOfRegion, wasAsked } from '../../core/report/region-order.ts';
import type { RegionId, RegionReport, Report } from '../../universal/index.ts';

/** How far back a sparkline goes. */
export const historyMs: number = 30 * 60_000;

/** Reports closer together than this share a tick: no screen shows more, and memory stays bounded. */
export const tickMs = 15_000;

/** What a region did in one report, or in a few that were close together. */
export interface Tick {
  readonly at: number;
  /** The lowest; absent: it was asked in vain. */
  readonly ms?: number;
}

/** A region as it was when it was last asked, and when that was, epoch ms. */
interface Asked {
  readonly at: number;
  readonly region: RegionReport;
}

/** What was seen in the last half hour. Short reports ask a few regions only; what is known of the others stands here. */
export interface History {
  add(report: Report): void;
  ticks(id: RegionId): readonly Tick[];
  asked(id: RegionId): Asked | undefined;
  /** Of the oldest tick and of the newest report, epoch ms. */
  readonly from: number;
  readonly to: number;
}

export function createHistory(): History {
  const regions = new Map<RegionId, { ticks: Tick[]; asked: Asked }>();
  let first: number | undefined;
  let to = 0;
  return {
    add(report) {
      to = report.at;
      first ??= to;
      for (const id of Object.keys(report.regions)) {
        const region = reportOfRegion(report, id);
        if (region && wasAsked(region)) regions.set(id, { ticks: regions.get(id)?.ticks ?? [], asked: { at: to, region } });
      }
      for (const { ticks, asked } of regions.values()) {
        if (asked.at === to) addTick(ticks, { at: to, ...tickOf(asked.region) });
        while (ticks[0] && ticks[0].at < to - historyMs) ticks.shift();
      }
    },
    ticks: (id) => regions.get(id)?.ticks ?? [],
    asked: (id) => regions.get(id)?.asked,
    get from() { return Math.max(first ?? 0, to - historyMs); },
    get to() { return to; },
  };
}

const tickOf = ({ rankMs, latencyMs }: RegionReport): { ms?: number } => (latencyMs === undefined ? {} : { ms: rankMs ?? latencyMs });

function addTick(ticks: Tick[], tick: Tick): void {
  const last = ticks.at(-1);
  if (!last || Math.floor(last.at / tickMs) !== Math.floor(tick.at / tickMs)) ticks.push(tick);
  else if (tick.ms !== undefined && tick.ms < (last.ms ?? Infinity)) ticks[ticks.length - 1] = tick;
}
