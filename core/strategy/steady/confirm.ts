import { regionById, type RegionId } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import { udpTry } from './ask.ts';
import { confirmedShare, confirmedWithinMs, mostClose, mostConfirmed } from './constants.ts';
import type { Stand } from './stand.ts';

/**
 * What is asked once more before a report ends. Figures that were read while this process was late say how late it was,
 * not how far the relay is. And where nothing is known but this report, regions that read alike were told apart by one
 * sample each; the lower of two counts.
 */
export function confirm(stand: Stand): ProbeSet[] {
  const { report, context, nearestMs, tries } = stand;
  const wasAskedAgain = (id: RegionId): boolean => {
    const udp = (tries.get(id) ?? []).filter(({ isUdp }) => isUdp);
    const firstMs = Math.min(...udp.map(({ answeredMs = Infinity }) => answeredMs));
    return udp.some(({ atMs, answeredMs }) => atMs >= firstMs && answeredMs !== firstMs);
  };
  const found = Object.keys(report.regions).filter((id) => stand.latencyMs(id) !== undefined).sort((a, b) => (stand.latencyMs(a) ?? 0) - (stand.latencyMs(b) ?? 0));
  const again = new Set(found.filter(wasAskedAgain));
  // The waves behind a prior ask two regions twice, which says nothing of the others' figures.
  const late = found.filter((id) => !again.has(id) && report.regions[id]?.doubt.includes('event-loop')).slice(0, Math.max(0, mostConfirmed - again.size));
  const closeMs = nearestMs + Math.max(confirmedWithinMs, confirmedShare * nearestMs);
  const close = context.home === undefined && again.size === 0 ? found.filter((id) => (stand.latencyMs(id) ?? Infinity) <= closeMs).slice(0, mostClose) : [];
  return [...new Set([...late, ...(close.length > 1 ? close : [])])].flatMap((id) => {
    const region = regionById(context.map, id);
    const answered = tries.get(id)?.find(({ isUdp, answeredMs }) => isUdp && answeredMs !== undefined);
    return region && answered ? udpTry(context, region, 0, { v4: answered.family !== 6, v6: answered.family === 6 }) : [];
  });
}
