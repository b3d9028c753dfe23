import type { Preferences } from '../model/context.ts';
import type { Decision } from '../model/decision.ts';
import type { Region } from '../model/map.ts';
import type { IceServers, IceServersChange } from './events.ts';
import type { Keeper } from './keeper.ts';
import { iceServersOf } from './servers.ts';

/** The servers of those regions with the credentials that are good now. `nearest` stands for none. */
export function compose(regions: readonly Region[], nearest: Region, keeper: Pick<Keeper, 'of'>, decision: Decision, preferences: Preferences | undefined): IceServers {
  const [region = nearest, fallback] = regions;
  const ends = regions.flatMap((each) => keeper.of(each)?.expiresAt ?? []);
  return {
    iceServers: regions.flatMap((each) => iceServersOf(each, preferences, keeper.of(each)?.credentials)),
    region,
    ...(fallback && { fallback }),
    ...(ends.length > 0 && { expiresAt: Math.min(...ends) }),
    decision,
  };
}

/** What a connection should know of, if it should. */
export function changeBetween(before: IceServers | undefined, after: IceServers): IceServersChange | undefined {
  if (JSON.stringify(before?.iceServers) === JSON.stringify(after.iceServers)) return undefined;
  if (!before?.iceServers.length) return 'first';
  if (after.iceServers.length === 0) return 'ended';
  return urlsOf(before) === urlsOf(after) ? 'credentials' : 'order';
}

const urlsOf = ({ iceServers }: IceServers): string => JSON.stringify(iceServers.map(({ urls }) => urls));
