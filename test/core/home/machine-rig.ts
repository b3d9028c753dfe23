import type { Effect, MachineInput } from '../../../core/home/inputs.ts';
import { createMachine } from '../../../core/home/machine.ts';
import type { RegionId, RelayMap } from '../../../core/model/map.ts';
import { mapOf } from '../../maps.ts';

export const idleCloseMs = 60_000;
export const whole = mapOf(['fra', 'par', 'nyc']);
export const [fra, par, nyc] = ['1', '2', '3'] as const;
export const latencyMs = new Map([[fra, 8], [par, 12], [nyc, 90]]);

export const wantOf = (region: RegionId | undefined, map: RelayMap = whole, ranked: readonly RegionId[] = [fra, par, nyc]): Extract<MachineInput, { type: 'want' }> =>
  ({ type: 'want', map, ranked, hopeful: ranked, latencyMs, ...(region !== undefined && { region }) });

/** A machine, its effects in words, and a hand on its inputs: regions stand for their attempt's id. */
export function setUp({ canAnnounce = () => true, random = () => 0.5 }: { readonly canAnnounce?: () => boolean; readonly random?: () => number } = {}) {
  let now = 0;
  const machine = createMachine({ random, canAnnounce, idleCloseMs });
  const said: string[] = [];
  const say = (effect: Effect): string => {
    switch (effect.do) {
      case 'connect': return `connect ${effect.node.name}`;
      case 'announce': return `${effect.event} ${effect.region} ${effect.reason}`;
      case 'note': return `note ${effect.region} ${effect.type}`;
      case 'hold': return `hold ${effect.region}`;
      case 'stop': return 'stop';
      case 'drop': return `drop ${effect.id}`;
      case 'prefer': return `prefer ${effect.id} ${effect.preferred}`;
    }
  };
  const take = (input: MachineInput): string[] => {
    const effects = machine.take(input, now).map(say);
    said.push(...effects);
    return effects;
  };
  const idOf = (region: RegionId): number => machine.slot(region)?.id ?? -1;
  return {
    machine, said, take,
    want: (region?: RegionId, map?: RelayMap, ranked?: readonly RegionId[]) => take(wantOf(region, map, ranked)),
    up: (region: RegionId) => take({ type: 'connected', id: idOf(region) }),
    fail: (region: RegionId, failure: Partial<Extract<MachineInput, { type: 'failed' }>['failure']> = {}) => take({ type: 'failed', id: idOf(region), failure: { class: 'next', message: 'no', ...failure } }),
    lose: (region: RegionId, reason: 'transport' | 'silent' = 'transport', spreadMs?: number) => take({ type: 'lost', id: idOf(region), reason, spreadMs }),
    hear: (region: RegionId, notice: Extract<MachineInput, { type: 'notice' }>['notice'], spreadMs?: number) => take({ type: 'notice', id: idOf(region), notice, spreadMs }),
    /** Time passes, with the ticks that the machine wanted on the way. */
    pass(ms: number): string[] {
      const end = now + ms;
      const heard: string[] = [];
      while (machine.wakeAtMs <= end) {
        now = machine.wakeAtMs;
        heard.push(...take({ type: 'tick' }));
      }
      now = end;
      return heard;
    },
  };
}

export const onlyMatching = (said: readonly string[], pattern: RegExp): string[] => said.filter((line) => pattern.test(line));
export const announcements = /^(up|down|moved|hold|stop)/;
