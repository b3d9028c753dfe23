import type { Listener, PickerEvent } from '../core/events.ts';
import type { RegionReport, Report } from '../core/model/report.ts';
import { systemClock } from './clock.ts';
import { edgeUrl, type EdgeSource } from './edge.ts';

export interface ReportToOptions {
  /** At most one report in so long. Default ten minutes, as often as an edge keeps one of a client. */
  readonly everyMs?: number;
}

/** The nearest so many are told of: an edge takes 16 KiB. */
const mostRegions = 60;
const timeoutMs = 5_000;

/**
 * A listener that posts reports to an edge (`POST /v1/reports`), which corrects its hints by them: other clients near this
 * one then begin with the right relays. Never without being asked for: `onEvent: reportTo('https://edge.example.org')`.
 *
 * Told are latencies by region, their kinds, the home and whether UDP works; no public address, though the edge sees who
 * asks. A report that does not arrive is not sent again, and no answer is waited for.
 */
export function reportTo(edge: EdgeSource, { everyMs = 600_000 }: ReportToOptions = {}): Listener<PickerEvent> {
  let postedAt = -Infinity;
  return (event) => {
    if (event.type !== 'report' || Math.abs(event.at - postedAt) < everyMs) return;
    const regions = measured(event.report);
    if (regions.length === 0) return;
    postedAt = event.at;
    const { at, full, durationMs, strategy, udp } = event.report;
    const { home } = event.decision;
    void post(edgeUrl(edge, '/v1/reports'), JSON.stringify({ at, full, durationMs, strategy, udp, home, notes: [], regions: Object.fromEntries(regions) }));
  };
}

/** What was really measured, nearest first. */
function measured({ regions }: Report): [string, Partial<RegionReport>][] {
  return Object.entries(regions)
    .filter(([, { latencyMs, kind }]) => latencyMs !== undefined && kind !== 'fake')
    .sort(([, one], [, other]) => (one.latencyMs ?? 0) - (other.latencyMs ?? 0))
    .slice(0, mostRegions)
    .map(([id, { code, latencyMs, kind, samples, lost, doubt }]) => [id, { code, latencyMs, kind, samples, lost, doubt } as Partial<RegionReport>]);
}

async function post(url: string, body: string): Promise<void> {
  const bound = new AbortController();
  const done = new AbortController();
  void systemClock().sleep(timeoutMs, done.signal).then(() => bound.abort());
  try {
    const answer = await fetch(url, { method: 'POST', body, signal: bound.signal, headers: { 'content-type': 'application/json' }, credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer', keepalive: true });
    await answer.body?.getReader().cancel();
  } catch {
    // The next one may arrive.
  } finally {
    done.abort();
  }
}
