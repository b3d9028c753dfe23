import { mightHaveStun } from '../../model/address.ts';
import { isUdpKind } from '../../model/kind.ts';
import type { Context } from '../../model/context.ts';
import type { Region } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import type { Follow, Progress, StopReason } from '../../model/strategy.ts';
import { icmpPhaseMs } from './constants.ts';
import type { Edition } from './edition.ts';
import { httpSets, isAble } from './reach.ts';

/** UDP brought nothing, so it is presumably blocked: time every relay by HTTPS and ICMP, both at once. */
export function startFallback(edition: Edition, { context, elapsedMs }: Progress, otherwise: StopReason): Follow {
  const add = context.map.regions.filter((region) => mayFallBack(edition, region)).flatMap((region) => fallbackSets(context, region, elapsedMs));
  return add.length ? { add, wakeMs: elapsedMs + icmpPhaseMs } : { stop: otherwise };
}

/** All are awaited, ICMP for its second, HTTPS until the report's end. */
export function followFallback({ sets, over, elapsedMs }: Progress): Follow {
  const open = sets.flatMap(({ kind }, index) => (isUdpKind(kind) || over[index] ? [] : index));
  const pings = open.filter((index) => sets[index]?.kind === 'icmp');
  const endMs = (index: number): number => (sets[index]?.probes[0]?.delayMs ?? 0) + icmpPhaseMs;
  const drop = pings.filter((index) => elapsedMs >= endMs(index));
  if (drop.length === open.length) return { drop, stop: 'enough' };
  if (drop.length) return { drop };
  return pings[0] === undefined ? {} : { wakeMs: endMs(pings[0]) };
}

const mayFallBack = (edition: Edition, region: Region): boolean => !region.noHome && !(region.avoid && edition.avoidsWithoutUdp);

/** Beside HTTPS ICMP: the first node, over IPv4, unless STUN is off there, which means "do not measure". Only regions with a relay count. */
function fallbackSets(context: Context, region: Region, nowMs: number): ProbeSet[] {
  const sets = httpSets(context, region, nowMs);
  const [first] = region.nodes;
  const canPing = sets.length > 0 && first && isAble(context, first, 'icmp') && mightHaveStun(first, 4);
  return canPing ? [...sets, { region: region.id, kind: 'icmp', family: 4, probes: [{ node: first.name, delayMs: nowMs }] }] : sets;
}
