import { toleranceMs } from '../../choice/certainty.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import type { Report } from '../../model/report.ts';
import { udpTry } from './ask.ts';
import { confirmedShare, confirmedWithinMs, mostClose, mostConfirmed, mostLateRounds } from './constants.ts';
import type { Stand } from './stand.ts';
import { heldBack } from './waves.ts';

/**
 * What is asked once more before a report ends. Figures that were read while this process was late say how late it was,
 * not how far the relay is: those that may be the nearest's are asked for until they are read in time, or often enough. And
 * where nothing is known but this report, regions that read alike were told apart by one sample each; the lower of two counts.
 */
export function confirm(stand: Stand): ProbeSet[] {
  const { report, context, nearestMs, tries, asked } = stand;
  if (context.home !== undefined && !asked.some(({ id }) => isLate(report, id))) return [];
  const timesAskedAgain = (id: RegionId): number => {
    const udp = (tries.get(id) ?? []).filter(({ isUdp }) => isUdp);
    const firstMs = Math.min(...udp.map(({ answeredMs = Infinity }) => answeredMs));
    return udp.filter(({ atMs, answeredMs }) => atMs >= firstMs && answeredMs !== firstMs).length;
  };
  const found = Object.keys(report.regions).filter((id) => stand.latencyMs(id) !== undefined).sort((a, b) => (stand.latencyMs(a) ?? 0) - (stand.latencyMs(b) ?? 0));
  // The waves behind a prior may ask two regions twice, which says nothing of the others' figures.
  const late = found.filter((id) => isOpenToDoubt(stand, id) && timesAskedAgain(id) < (report.regions[id]?.lateMs ? mostLateRounds : 1)).slice(0, mostConfirmed);
  const closeMs = nearestMs + Math.max(confirmedWithinMs, confirmedShare * nearestMs);
  // Behind a prior's shortlist they stand as they were read: the decision has been published.
  const isSweep = context.prior === undefined || heldBack(stand.plan, context).length === 0;
  const close = context.home === undefined && isSweep && !found.some(timesAskedAgain) ? found.filter((id) => (stand.latencyMs(id) ?? Infinity) <= closeMs).slice(0, mostClose) : [];
  return [...new Set([...late, ...(close.length > 1 ? close : [])])].flatMap((id) => {
    const region = regionById(context.map, id);
    const answered = tries.get(id)?.find(({ isUdp, answeredMs }) => isUdp && answeredMs !== undefined);
    return region && answered ? udpTry(context, region, 0, { v4: answered.family !== 6, v6: answered.family === 6 }) : [];
  });
}

const isLate = ({ regions }: Report, id: RegionId): boolean => regions[id]?.doubt.includes('event-loop') === true;

/** Its figure was read late, and matters: it may be nearer than the nearest reads, as may the nearest itself, or is the home's. */
export function isOpenToDoubt({ report, context, nearestMs }: Stand, id: RegionId): boolean {
  const { latencyMs = 0, lateMs = latencyMs } = report.regions[id] ?? {};
  return isLate(report, id) && (latencyMs - lateMs < nearestMs - toleranceMs || id === context.home?.region);
}
