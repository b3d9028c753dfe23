import type { Context } from '../../model/context.ts';
import type { Report } from '../../model/report.ts';
import { fullReportIntervalMs } from './constants.ts';
import type { NetcheckState } from './state.ts';

/** Whether the next report is a full one: asked for, the first, due again, or the last one told little. */
export const full = ({ lastFullAt }: Pick<NetcheckState, 'lastFullAt'>, context: Context): boolean =>
  context.full || !context.last || lastFullAt === undefined || isDue(context.now - lastFullAt) || wasShutIn(context.last);

/** More than five minutes since the last full one began. A clock that went back tells nothing, so then as well. */
const isDue = (ageMs: number): boolean => ageMs < 0 || ageMs > fullReportIntervalMs;

/** Behind a captive portal that let no UDP out most regions were never heard; the user may have logged in by now. */
const wasShutIn = ({ captivePortal, udp }: Report): boolean => captivePortal === true && udp !== true;
