import { absoluteGainMs, fullReportIntervalMs, reportTimeoutMs } from './constants.ts';
import { toNs } from '../../model/nanoseconds.ts';

/** In what two versions of netcheck differ: Tailscale v1.34.0 (December 2022) and v1.102.0 (2026). */
export interface Edition {
  readonly name: 'netcheck' | 'netcheck-2022';
  /** A report counts for the recent best while it is no older. */
  readonly windowMs: number;
  /** Least gain of a move. */
  readonly absoluteGainNs: number;
  /** Life signs of relay connections keep a home that did not answer. */
  readonly heedsLifeSigns: boolean;
  /** `latencyFactor` scales what is compared. */
  readonly heedsFactors: boolean;
  /** `preferences.pin` wins where it is reachable. */
  readonly heedsPin: boolean;
  /** The home is in every incremental plan, at any rank and flagged or not, with all families. */
  readonly alwaysProbesHome: boolean;
  /** Test nodes are planned over both families; the address `none` is left out of incremental plans. */
  readonly readsNodes: boolean;
  /** Regions to avoid are left out of the HTTPS and ICMP phase. */
  readonly avoidsWithoutUdp: boolean;
}

export const edition2022: Edition = {
  name: 'netcheck-2022',
  windowMs: fullReportIntervalMs,
  absoluteGainNs: 0,
  heedsLifeSigns: false,
  heedsFactors: false,
  heedsPin: false,
  alwaysProbesHome: false,
  readsNodes: false,
  avoidsWithoutUdp: false,
};

export const edition2026: Edition = {
  name: 'netcheck',
  // One full report is always in the window, even one that took its whole time.
  windowMs: fullReportIntervalMs + reportTimeoutMs,
  absoluteGainNs: toNs(absoluteGainMs),
  heedsLifeSigns: true,
  heedsFactors: true,
  heedsPin: true,
  alwaysProbesHome: true,
  readsNodes: true,
  avoidsWithoutUdp: true,
};
