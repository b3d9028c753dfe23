import type { PickerEvent } from '../events.ts';
import type { RegionId } from '../model/map.ts';
import type { Context } from '../model/context.ts';
import type { Report } from '../model/report.ts';
import { present } from '../model/present.ts';
import type { Picker } from '../picker/picker.ts';
import { latencyFactor } from '../choice/preferences.ts';
import type { MachineInput } from './inputs.ts';
import { rank } from './order.ts';

export interface FollowOptions {
  readonly picker: Pick<Picker, 'home' | 'decision'>;
  /** Regions that the picker only avoids because it was told of their connections: that must not change how good they are. */
  isUnwell(region: RegionId): boolean;
}

/** Makes of the picker's events what the machine has to know: which region is wanted, and the order of all. */
export function createFollower({ picker, isUnwell }: FollowOptions): (event: PickerEvent) => MachineInput | undefined {
  const latencyMs = new Map<RegionId, number>();
  let context: Context | undefined;

  function learn(report: Report, { map, preferences }: Context): void {
    for (const region of map.regions) {
      const found = report.regions[region.id];
      const ms = found && (found.rankMs ?? found.latencyMs);
      if (ms !== undefined) latencyMs.set(region.id, ms * latencyFactor(region, preferences));
      // Asked in vain: no longer a candidate before those that answered.
      else if (found && found.lost > 0 && !found.pending) latencyMs.delete(region.id);
    }
    for (const id of latencyMs.keys()) if (!map.regions.some((region) => region.id === id)) latencyMs.delete(id);
  }

  function wish(seen: Context, region: RegionId | undefined, anew: boolean): MachineInput {
    const { map, preferences, clientKey } = seen;
    const own = preferences && present({ ...preferences, avoid: preferences.avoid?.filter((id) => !isUnwell(id)), drain: preferences.drain?.filter((id) => !isUnwell(id)) });
    const ranked = rank(present({ map, latencyMs, preferences: own, clientKey }));
    return present({ type: 'want' as const, map, ranked, latencyMs: new Map(latencyMs), region, anew: anew || undefined });
  }

  return (event) => {
    switch (event.type) {
      case 'started': {
        const isAnew = event.restarted || event.context.network?.changed === true;
        if (isAnew) latencyMs.clear();
        context = event.context;
        return wish(context, picker.decision.home, isAnew);
      }
      case 'provisional':
        if (!context || event.decision.home === undefined) return undefined;
        learn(event.report, context);
        return wish(context, event.decision.home, false);
      case 'report':
        context = event.context;
        learn(event.report, context);
        // Without an answer from anywhere it is the last home, or a stable stand-in.
        return wish(context, picker.home, false);
      default:
        return undefined;
    }
  };
}
