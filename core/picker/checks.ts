import type { Clock } from '../clock.ts';
import type { RelayMap } from '../model/map.ts';
import type { Report } from '../model/report.ts';
import type { CheckFinding, NetworkCheck } from '../probe/check.ts';

/** Network checks that run beside one report. */
export interface RunningChecks {
  /** The report as it stands: starts what waited for a field, ends what UDP made moot. */
  onProgress(report: Report): void;
  /** The latencies are in: what has not started stays unknown, what runs may go on to its own bound. */
  finish(): Promise<CheckFinding>;
}

/** The report that they run beside. */
interface Beside {
  readonly map: RelayMap;
  readonly full: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  onError(check: string, error: unknown): void;
}

export type StartChecks = (beside: Beside) => RunningChecks;

export function startChecks(options: Beside & { readonly checks: readonly NetworkCheck[] }): RunningChecks {
  const { clock, signal } = options;
  let latest: Report | undefined;
  let findings: CheckFinding = {};
  const began = clock.now();
  const waiting = new Set(options.checks.filter((check) => options.full || !check.fullOnly));
  const running = new Map<NetworkCheck, AbortController>();
  const underWay: Promise<void>[] = [];
  const finished = new AbortController();
  const onAbort = (): void => {
    finished.abort();
    for (const end of running.values()) end.abort();
  };
  signal.addEventListener('abort', onAbort, { once: true });

  function start(check: NetworkCheck, report: Report): void {
    waiting.delete(check);
    const end = new AbortController();
    const bounded = clock.sleep(check.timeoutMs, end.signal);
    const found = check.run({ map: options.map, report, signal: end.signal }).then(
      (finding) => {
        findings = { ...findings, ...finding };
      },
      (error: unknown) => {
        if (!end.signal.aborted) options.onError(check.name, error);
      },
    );
    running.set(check, end);
    underWay.push(Promise.race([found, bounded]).finally(() => {
      end.abort();
      running.delete(check);
    }));
  }

  function startWhatIsDue(): void {
    if (!latest || finished.signal.aborted) return;
    const elapsedMs = clock.now() - began;
    for (const check of waiting) if (check.delayMs <= elapsedMs && (!check.needs || latest[check.needs] !== undefined)) start(check, latest);
  }

  for (const delayMs of new Set([...waiting].map((check) => check.delayMs))) if (delayMs > 0) void clock.sleep(delayMs, finished.signal).then(startWhatIsDue);

  return {
    onProgress(report) {
      latest = report;
      if (report.udp) {
        for (const check of waiting) if (check.moot === 'udp') waiting.delete(check);
        for (const [check, end] of running) if (check.moot === 'udp') end.abort();
      }
      startWhatIsDue();
    },
    async finish() {
      startWhatIsDue();
      finished.abort();
      await Promise.all(underWay);
      signal.removeEventListener('abort', onAbort);
      return findings;
    },
  };
}
