import type { Report } from '../model/report.ts';

/** So many reports running say that UDP does not work on a network. */
const enoughReports = 3;

/**
 * Of a network the reports running in which UDP was asked in vain while another kind answered; 0 once it answered. One that
 * did not ask, or in which nothing answered at all, tells nothing.
 */
export const countSilentUdp = (before: number | undefined, { udp }: Report): number | undefined =>
  udp === undefined ? before : udp ? 0 : Math.min(enoughReports, (before ?? 0) + 1);

/** Whether UDP works there; undefined while that is not known. */
export const udpWorksAfter = (silent: number | undefined): boolean | undefined => (silent === 0 ? true : silent === enoughReports ? false : undefined);
