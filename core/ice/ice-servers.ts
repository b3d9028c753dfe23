import type { PickerEvent } from '../events.ts';
import type { Decision } from '../model/decision.ts';
import { answered, type Report } from '../model/report.ts';
import type { Picker } from '../picker/picker.ts';
import { settledSure } from '../picker/timing.ts';
import type { WatchRhythm } from '../picker/watch.ts';
import { openLive, type LiveIceServers, type LiveOptions } from './live.ts';
import type { Standing } from './ranking.ts';

export interface IceServersOptions extends LiveOptions {
  /** Says which region is home. Outlives the list; close it yourself. */
  readonly picker: Pick<Picker, 'map' | 'preferences' | 'home' | 'decision' | 'snapshot' | 'subscribe' | 'watch'>;
  /** How the picker is watched; false: somebody else does. Default: as its strategy waits. */
  readonly watch?: Omit<WatchRhythm, 'signal'> | false;
}

/**
 * The ICE servers of the region that the picker chooses, those of a fallback region behind them, for as long as they are
 * wanted: credentials are renewed before they end, and kept while that fails; when the home moves the order changes at once,
 * with the credentials that are there. Subscribe, and give a connection what it should use from then on by `setConfiguration`.
 */
export function createIceServers({ picker, watch = {}, fallbacks = 1, ...options }: IceServersOptions): LiveIceServers {
  const { live, ended, stand, fail } = openLive({ ...options, fallbacks });
  if (ended.aborted) return live;
  const where = (): Pick<Standing, 'map' | 'preferences' | 'home'> => ({ map: picker.map, preferences: picker.preferences, home: picker.home });
  const follow = (event: PickerEvent): void => {
    // What may still change gives only the first.
    if (event.type === 'report' || (event.type === 'provisional' && live.current === undefined && isEnough(event, fallbacks))) stand({ ...where(), report: event.report, decision: event.decision });
  };
  const unsubscribe = picker.subscribe(follow);
  ended.addEventListener('abort', unsubscribe, { once: true });
  const { report, decision } = picker.snapshot();
  if (report) stand({ ...where(), report, decision });
  if (watch !== false) void watchPicker(picker, { ...watch, signal: ended }).catch(fail);
  return live;
}

/** An early answer that is good enough to begin with: no region is nearer, and there are others to fall back on. */
export const isEnough = ({ decision, report }: { readonly decision: Decision; readonly report: Report }, fallbacks: number): boolean =>
  decision.home !== undefined && decision.sure >= settledSure && answered(report).length > fallbacks;

/** Rejects where the picker is closed. */
async function watchPicker(picker: Pick<Picker, 'watch'>, rhythm: WatchRhythm): Promise<void> {
  for await (const _ of picker.watch(rhythm));
}
