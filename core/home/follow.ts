import type { PickerEvent } from '../events.ts';
import type { RegionId } from '../model/map.ts';
import type { Context } from '../model/context.ts';
import type { Report } from '../model/report.ts';
import { present } from '../model/present.ts';
import type { Picker } from '../picker/picker.ts';
import { settledSure } from '../picker/timing.ts';
import { latencyFactor } from '../choice/preferences.ts';
import type { MachineInput } from './inputs.ts';
import { rank } from './order.ts';

export interface FollowOptions {
  readonly picker: Pick<Picker, 'home' | 'decision'>;
  /** With one, a decision that may still change moves nothing. */
  hasHome(): boolean;
  /** Regions that the picker only avoids because it was told of their connections: that must not change how good they are. */
  isUnwell(region: RegionId): boolean;
}

/** Makes of the picker's events what the machine has to know: which region is wanted, and the order of all. */
export function createFollower({ picker, hasHome, isUnwell }: FollowOptions): (event: PickerEvent) => Extract<MachineInput, { type: 'want' }> | undefined {
  const latencyMs = new Map<RegionId, number>();
  /** Those that no longer answer among them: one that is silent today was near yesterday. */
  const lastMs = new Map<RegionId, number>();
  let context: Context | undefined;

  function learn(report: Report, { map, preferences }: Context): void {
    for (const region of map.regions) {
      const found = report.regions[region.id];
      const ms = found && (found.rankMs ?? found.latencyMs);
      if (ms !== undefined) for (const known of [latencyMs, lastMs]) known.set(region.id, ms * latencyFactor(region, preferences));
      // Asked in vain: no longer a candidate before those that answered.
      else if (found && found.lost > 0 && !found.pending) latencyMs.delete(region.id);
    }
    for (const known of [latencyMs, lastMs]) {
      for (const id of known.keys()) if (!map.regions.some((region) => region.id === id)) known.delete(id);
    }
  }

  function wish(seen: Context, region: RegionId | undefined, more: { readonly anew?: boolean; readonly isTentative?: boolean } = {}): Extract<MachineInput, { type: 'want' }> {
    const { map, preferences, clientKey } = seen;
    const own = preferences && present({ ...preferences, avoid: preferences.avoid?.filter((id) => !isUnwell(id)), drain: preferences.drain?.filter((id) => !isUnwell(id)) });
    const order = (known: ReadonlyMap<RegionId, number>): RegionId[] => rank(present({ map, latencyMs: known, preferences: own, clientKey }));
    return present({ type: 'want' as const, map, ranked: order(latencyMs), hopeful: order(lastMs), latencyMs: new Map(latencyMs), nodes: preferences?.nodes, region, ...more });
  }

  return (event) => {
    switch (event.type) {
      case 'started': {
        const isAnew = event.restarted || event.context.network?.changed === true;
        if (isAnew) for (const known of [latencyMs, lastMs]) known.clear();
        context = event.context;
        return wish(context, picker.decision.home, isAnew ? { anew: true } : {});
      }
      case 'provisional':
        if (!context || event.decision.home === undefined || hasHome()) return undefined;
        learn(event.report, context);
        return wish(context, event.decision.home, { isTentative: event.decision.sure < settledSure });
      case 'report':
        context = event.context;
        learn(event.report, context);
        // Without an answer from anywhere it is the last home, or a stable stand-in.
        return wish(context, picker.home);
      default:
        return undefined;
    }
  };
}
