import type { RelayMap } from '../model/map.ts';
import type { Report } from '../model/report.ts';

/** What a check can find out. */
export type CheckFinding = Partial<Pick<Report, 'captivePortal' | 'portMapping' | 'hairpinning'>>;

/**
 * A look at the network beside the latencies: captive portal, port mapping, hairpinning. It runs while the report is made
 * and never holds it up past `timeoutMs`; then, and when it fails, its field stays unknown.
 */
export interface NetworkCheck {
  readonly name: string;
  /** Starts so long after the report. */
  readonly delayMs: number;
  /** Its bound, from its own start. */
  readonly timeoutMs: number;
  /** Only in full reports. */
  readonly fullOnly: boolean;
  /** `udp`: not started, and given up, once UDP has answered: then there is nothing to look for. */
  readonly moot?: 'udp';
  /** Starts only once this field of the report is known. */
  readonly needs?: 'globalV4';
  run(options: { readonly map: RelayMap; readonly report: Report; readonly signal: AbortSignal }): Promise<CheckFinding>;
}
