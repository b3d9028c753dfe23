import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MachineInput } from '../../../core/home/inputs.ts';
import { createMachine, type Machine } from '../../../core/home/machine.ts';
import { mostAttempts, slowMs } from '../../../core/home/seek.ts';
import type { Preferences } from '../../../core/model/context.ts';
import type { RegionId, RelayMap } from '../../../core/model/map.ts';
import { mapOf } from '../../maps.ts';
import { fra, idleCloseMs, latencyMs, setUp } from './machine-rig.ts';

type Step =
  | { readonly step: 'want'; readonly region: number; readonly map: number; readonly wish: number }
  | { readonly step: 'settle'; readonly pick: number; readonly how: 'connected' | 'next' | 'wait' | 'refused' | 'stop' }
  | { readonly step: 'lose'; readonly pick: number; readonly reason: 'transport' | 'silent'; readonly spreadMs: number }
  | { readonly step: 'notice'; readonly pick: number; readonly restarts: boolean; readonly ms: number; readonly spreadMs: number }
  | { readonly step: 'pass'; readonly ms: number }
  | { readonly step: 'gate'; readonly open: boolean }
  | { readonly step: 'demand'; readonly region: number }
  | { readonly step: 'retry' };

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ step: fc.constant('want' as const), region: fc.nat(5), map: fc.nat(5), wish: fc.nat(5) }) },
  { weight: 6, arbitrary: fc.record({ step: fc.constant('settle' as const), pick: fc.nat(5), how: fc.constantFrom('connected', 'connected', 'connected', 'next', 'wait', 'refused', 'stop') }) },
  { weight: 3, arbitrary: fc.record({ step: fc.constant('lose' as const), pick: fc.nat(5), reason: fc.constantFrom('transport', 'silent'), spreadMs: fc.constantFrom(0, 5_000) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('notice' as const), pick: fc.nat(5), restarts: fc.boolean(), ms: fc.nat(100_000), spreadMs: fc.constantFrom(0, 5_000) }) },
  { weight: 4, arbitrary: fc.record({ step: fc.constant('pass' as const), ms: fc.constantFrom(1, 249, 1_000, 5_000, 61_000) }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('gate' as const), open: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('demand' as const), region: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('retry' as const) }) },
);

const all = mapOf(['a', 'b', 'c', 'd', 'e']);
/** Two nodes a region. */
const twins: RelayMap = { ...all, regions: all.regions.map((region) => ({ ...region, nodes: region.nodes.flatMap((node) => [node, { ...node, name: `${region.id}b`, host: `${node.host}2`, ipv4: `198.51.100.${region.id}` }]) })) };
const wishes: readonly Preferences['nodes'][] = [undefined, undefined, { '1a': 'drain', '3a': 'drain' }, { '1b': 'drain', '2a': 'avoid' }, { '1a': 'drain', '1b': 'drain' }, { '1b': 'prefer', '2b': 'drain' }];
const maps: readonly RelayMap[] = [all, { ...all, regions: all.regions.slice(2) }, { ...all, regions: all.regions.slice(0, 1) }, { ...all, regions: [] }, mapOf(['a', 'b', 'other', 'd', 'another']), twins];

/** Runs the steps, holding every effect against what an observer knows. Returns how often a home was announced. */
function follow(run: readonly Step[], chance: number): number {
  let now = 0;
  let isOpen = true;
  let announced: { readonly id: number; readonly region: RegionId } | undefined;
  let homes = 0;
  let nodes: Preferences['nodes'];
  // Not `expect`, of which a run would make hundreds.
  const hold = (isSo: boolean, rule: string): void => {
    if (!isSo) throw new Error(`broken: ${rule}`);
  };
  /** By the host, as regions' relays may be replaced. */
  const connecting = new Map<number, string>();
  const open = new Map<number, string>();
  const machine: Machine = createMachine({ random: () => chance, canAnnounce: () => isOpen, idleCloseMs });

  const take = (input: MachineInput): void => {
    const effects = machine.take(input, now);
    for (const effect of effects) {
      switch (effect.do) {
        case 'connect':
          hold(nodes?.[effect.node.name] !== 'drain' || effect.region.nodes.every(({ name }) => nodes?.[name] === 'drain'), 'nothing begins at a drained node while its region has another');
          hold(![...connecting.values(), ...open.values()].includes(effect.node.host), 'one attempt or connection a relay');
          connecting.set(effect.id, effect.node.host);
          break;
        case 'drop':
          hold(connecting.has(effect.id) || open.has(effect.id), 'only what is there is dropped');
          hold(effect.id !== announced?.id, 'what is announced is not closed');
          connecting.delete(effect.id);
          open.delete(effect.id);
          break;
        case 'prefer':
          hold(open.has(effect.id), 'only open connections are told');
          hold(effect.preferred === (effect.id === announced?.id), 'the home alone is preferred');
          break;
        case 'announce':
          if (effect.event === 'down') {
            hold(announced?.region === effect.region, 'only the home goes down');
            announced = undefined;
            break;
          }
          homes++;
          hold(effect.id !== undefined && open.has(effect.id), 'only what is connected is announced');
          hold(effect.event === (announced === undefined ? 'up' : 'moved'), 'up without a home, moved with one');
          hold(announced === undefined || isOpen, 'no move while nobody can be told');
          hold(effect.id !== announced?.id, 'nothing is announced twice');
          announced = { id: effect.id ?? -1, region: effect.region };
          break;
        default:
      }
    }
    hold(machine.home === announced?.region && machine.homeId === announced?.id, 'the home is the one that was announced');
    hold(announced === undefined || open.has(announced.id), 'the home is connected');
    hold(machine.wakeAtMs > now, 'it does not wake for nothing');
  };
  const pickFrom = (ids: ReadonlyMap<number, string>, pick: number): number | undefined => [...ids.keys()][pick % Math.max(1, ids.size)];

  for (const step of run) {
    switch (step.step) {
      case 'want': {
        const map = maps[step.map] ?? all;
        const ranked = map.regions.map(({ id }) => id);
        nodes = wishes[step.wish];
        take({ type: 'want', map, nodes, ranked, hopeful: ranked, latencyMs, spreadMs: step.wish % 2 ? 5_000 : undefined, ...(step.region > 0 && { region: String(step.region) }) });
        break;
      }
      case 'settle': {
        const id = pickFrom(connecting, step.pick);
        if (id === undefined) break;
        if (step.how === 'connected') open.set(id, connecting.get(id) ?? '');
        connecting.delete(id);
        take(step.how === 'connected' ? { type: 'connected', id } : { type: 'failed', id, failure: { class: step.how, message: '' } });
        break;
      }
      case 'lose': {
        const id = pickFrom(open, step.pick);
        if (id === undefined) break;
        open.delete(id);
        take({ type: 'lost', id, reason: step.reason, spreadMs: step.spreadMs });
        break;
      }
      case 'notice': {
        const id = pickFrom(open, step.pick);
        if (id !== undefined) take({ type: 'notice', id, spreadMs: step.spreadMs, notice: step.restarts ? { type: 'restarting', reconnectInMs: step.ms, tryForMs: step.ms } : { type: 'health', problem: step.ms % 2 ? 'odd' : '' } });
        break;
      }
      case 'pass': {
        const end = now + step.ms;
        while (machine.wakeAtMs <= end) {
          now = machine.wakeAtMs;
          take({ type: 'tick' });
        }
        now = end;
        break;
      }
      case 'gate':
        isOpen = step.open;
        break;
      case 'demand':
        take({ type: 'demand', region: String(step.region) });
        break;
      case 'retry':
        take({ type: 'retry' });
    }
  }
  take({ type: 'close' });
  hold(connecting.size === 0 && open.size === 0 && machine.home === undefined && machine.wakeAtMs === Infinity, 'nothing is left behind');
  return homes;
}

describe('in any order of events', () => {
  it('nothing is announced that is not connected, nothing moves unheard, nothing is left behind', () => {
    let homes = 0;
    fc.assert(fc.property(fc.array(steps, { maxLength: 40, size: 'max' }), fc.double({ min: 0, max: 0.999, noNaN: true }), (run, chance) => {
      homes += follow([{ step: 'want', region: 1, map: 0, wish: 0 }, ...run], chance);
    }), { numRuns: 10_000 });
    // The runs get somewhere.
    expect(homes).toBeGreaterThan(10_000);
  }, 60_000);

  it('a homeless client has few attempts under way', () => {
    const { want, pass, machine } = setUp();
    want(fra, all, ['1', '2', '3', '4', '5']);
    const underWay = (): number => all.regions.filter(({ id }) => machine.slot(id)?.phase === 'connecting').length;
    pass(slowMs - 1);
    expect(underWay()).toBe(mostAttempts);
    // Black holes: one more for each that was given its time.
    pass(1);
    expect(underWay()).toBe(mostAttempts + 1);
  });
});
