import { beforeEach, describe, expect, it } from 'vitest';
import type { EdgeDeps } from '../../../edge/deps.ts';
import type { Sweep } from '../../../edge/fleet/facts.ts';
import { inTurn, type Turns } from '../../../edge/measure/in-turn.ts';
import { errorOf } from '../../until.ts';
import { virtualClock, type VirtualClock } from '../../virtual-clock.ts';

const location = { code: 'FRA' };
const map = { version: 1, regions: [] } as const;
const request = (): { location: typeof location; map: typeof map; signal: AbortSignal } => ({ map, location, signal: new AbortController().signal });

describe('sweeps of many processes', () => {
  let clock: VirtualClock;
  let saved: Sweep | undefined;
  let until: number;
  let sweeps: number;
  let turns: Turns;
  beforeEach(() => {
    clock = virtualClock();
    saved = undefined;
    until = -Infinity;
    sweeps = 0;
    turns = {
      async claim(_code, forMs) {
        if (clock.now() < until) return false;
        until = clock.now() + forMs;
        return true;
      },
      newest: async () => saved,
    };
  });

  /** A process of its own: measures in two seconds and saves what it found, unless it dies. */
  const process = (dies = false): EdgeDeps['sweep'] => inTurn(async () => {
    sweeps++;
    await clock.sleep(2_000);
    if (dies) throw new Error('died');
    saved = { location, at: clock.wall(), regions: {} };
    return saved;
  }, turns, clock);

  it('are one, and all get it', async () => {
    const found = await clock.until(Promise.all(Array.from({ length: 20 }, () => process()(request()))));
    expect(sweeps).toBe(1);
    expect(new Set(found)).toEqual(new Set([saved]));
    expect(clock.now()).toBeLessThan(3_000);
  });

  it('do not take an old one for new', async () => {
    const last = saved = { location, at: clock.wall() - 60_000, regions: {} };
    const [one, other] = await clock.until(Promise.all([process(), process()].map((sweep) => sweep({ ...request(), last }))));
    expect(one?.at).toBeGreaterThan(last.at);
    expect(other).toBe(one);
  });

  it('are made by the next one when the first dies', async () => {
    const dead = errorOf(process(true)(request()));
    const found = await clock.until(process()(request()));
    expect(await dead).toEqual(new Error('died'));
    expect(found).toBe(saved);
    expect(clock.now()).toBeLessThanOrEqual(12_500);
  });

  it('are made by each where nobody can be asked', async () => {
    turns = { claim: async () => { throw new Error('down'); }, newest: async () => undefined };
    await clock.until(Promise.all([process(), process()].map((sweep) => sweep(request()))));
    expect(sweeps).toBe(2);
  });

  it('are not waited for when the signal aborts', async () => {
    until = Infinity;
    const controller = new AbortController();
    const waiting = errorOf(process()({ ...request(), signal: controller.signal }));
    await clock.advance(1_000);
    controller.abort(new Error('gone'));
    expect(await clock.until(waiting)).toEqual(new Error('gone'));
    expect(sweeps).toBe(0);
  });
});
