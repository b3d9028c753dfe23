import type { RegionId } from '../../core/model/map.ts';
import { present } from '../../core/model/present.ts';
import type { LocationFacts } from '../storage/store.ts';
import type { ClientReport, Sweep } from './facts.ts';
import { median } from './robust.ts';
import type { Change } from './slower.ts';
import { changeOf } from './slower.ts';
import type { ClientCount } from './view-form.ts';

/**
 * What the fleet view needs of a location's facts. They are 0.8 MB of a location with 60 regions that is asked all day, most
 * of it history; this is a hundredth, and 0.6 kB a report. It is made where the facts are.
 */
export interface LocationDigest {
  readonly sweep?: Sweep;
  readonly history: Readonly<Record<RegionId, HistoryDigest>>;
  /** The newest of the day, the newest first. */
  readonly reports: readonly ClientReport[];
  /** Of all reports of the day. */
  readonly clients: ClientCount;
}

export interface HistoryDigest {
  readonly medianMs?: number;
  /** Answers. */
  readonly samples: number;
  /** Share of the askings without an answer. */
  readonly lost?: number;
  /** The last hour against the time before; absent where too little is known of either. */
  readonly change?: Change;
}

/** Older reports tell of another day. */
const reportMaxAgeMs = 86_400_000;

/** `mostReports`: of single reports; all of them are counted. */
export function digestOf({ sweep, history, reports }: LocationFacts, { now, mostReports }: { readonly now: number; readonly mostReports: number }): LocationDigest {
  const recent = reports.filter(({ at }) => now - at <= reportMaxAgeMs).sort((a, b) => b.at - a.at);
  return {
    ...(sweep && { sweep }),
    history: Object.fromEntries(Object.entries(history).map(([id, points]) => [id, historyDigest(points, now)])),
    reports: recent.slice(0, mostReports),
    clients: { reports: recent.length, networks: new Set(recent.map(({ network }) => network)).size, placed: recent.filter(({ place }) => place).length },
  };
}

function historyDigest(points: readonly (readonly [number, number])[], now: number): HistoryDigest {
  const answers = points.filter(([, ms]) => ms >= 0);
  return present({
    medianMs: median(answers.map(([, ms]) => ms)), samples: answers.length,
    lost: points.length > 0 ? (points.length - answers.length) / points.length : undefined, change: changeOf(answers, now),
  });
}
