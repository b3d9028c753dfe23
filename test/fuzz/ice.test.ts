import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TurnCredentials } from '../../core/ice/credentials.ts';
import { rig, turnMap } from '../core/ice/rig.ts';

const codes = ['fra', 'par', 'nyc', 'sin'];
/** A request may take so long, and others for the same region come no sooner. */
const requestMs = 10_000;
const leastBetweenMs = 1_000;

/** What may happen between two looks: the home moves, requests go well or not, time passes, a machine sleeps, a clock is set, the map changes. */
const step = fc.oneof(
  fc.record({ do: fc.constant('home' as const), home: fc.constantFrom(...codes), lost: fc.subarray(codes) }),
  fc.record({ do: fc.constant('office' as const), fate: fc.constantFrom('gives', 'fails', 'hangs', 'late', 'nonsense') }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 200_000 }) }),
  fc.record({ do: fc.constant('suspend' as const), ms: fc.integer({ min: 0, max: 4_000_000 }) }),
  fc.record({ do: fc.constant('set' as const), ms: fc.integer({ min: -4_000_000, max: 4_000_000 }) }),
  fc.record({ do: fc.constant('map' as const), codes: fc.subarray(codes, { minLength: 1 }) }),
);

it('whatever happens, what is listed is good, nobody is asked too often, and all is well again soon after', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.integer({ min: 0, max: 2 }), fc.constantFrom(500, 30_000, 3_600_000, Infinity), async (steps, fallbacks, lifeMs) => {
    let fate = 'gives';
    const asked = new Map<string, number>();
    const underWay = new Map<string, number>();
    const signals: AbortSignal[] = [];
    /** When each credential that was given ends, on the monotonic clock: the machine may have slept, so no later than that. */
    const endsAtMs = new Map<string, number>();
    let count = 0;
    const get = async ({ id }: { readonly id: string }, { signal }: { readonly signal: AbortSignal }): Promise<TurnCredentials> => {
      const now = made.clock.now();
      expect(now - (asked.get(id) ?? -Infinity)).toBeGreaterThanOrEqual(leastBetweenMs);
      asked.set(id, now);
      underWay.set(id, (underWay.get(id) ?? 0) + 1);
      expect(underWay.get(id)).toBe(1);
      signals.push(signal);
      signal.addEventListener('abort', () => underWay.set(id, (underWay.get(id) ?? 0) - 1), { once: true });
      if (fate === 'fails') throw new Error('503');
      if (fate === 'nonsense') return null as unknown as TurnCredentials;
      if (fate === 'hangs') return new Promise(() => {});
      if (fate === 'late') await made.clock.sleep(requestMs / 2);
      const credential = String(++count);
      endsAtMs.set(credential, now + lifeMs);
      return { username: id, credential, ...(lifeMs < Infinity && { ttlMs: lifeMs }) };
    };
    let map = turnMap(codes);
    let mappedAtMs = 0;
    let home = 'fra';
    const made = rig({ credentials: get, fallbacks }, map);
    const { clock, live } = made;
    const at = (lost: readonly string[] = []): void => {
      if (!map.regions.some(({ id }) => id === home)) home = map.regions[0]?.id ?? home;
      made.at(home, Object.fromEntries(codes.map((code, index) => [code, lost.includes(code) ? Infinity : index + 1])), map);
    };
    const look = (): void => {
      for (const { credential = '', username } of live.current?.iceServers ?? []) {
        // When they end a request for others may be under way, or wait for its turn; so when their region leaves the map.
        const endsMs = Math.min(endsAtMs.get(credential) ?? -Infinity, map.regions.some(({ id }) => id === username) ? Infinity : mappedAtMs);
        expect(endsMs).toBeGreaterThanOrEqual(clock.now() - requestMs - leastBetweenMs);
      }
      expect(live.current?.iceServers.length ?? 0).toBeLessThanOrEqual(fallbacks + 1);
      expect(clock.sleeping).toBeLessThanOrEqual(1 + 2 * codes.length);
    };
    at();
    for (const each of steps) {
      if (each.do === 'home') home = each.home;
      if (each.do === 'home') at(each.lost);
      if (each.do === 'office') fate = each.fate;
      if (each.do === 'pass') await clock.advance(each.ms);
      if (each.do === 'suspend') clock.suspend(each.ms);
      if (each.do === 'set') clock.setWall(clock.wall() + each.ms);
      if (each.do === 'map') {
        map = turnMap(each.codes);
        mappedAtMs = clock.now();
        at();
      }
      await clock.advance(0);
      look();
    }
    fate = 'gives';
    await clock.advance(120_000);
    look();
    // What lives for less than the least time between two requests is seldom there for all.
    if (lifeMs > leastBetweenMs) expect(live.current?.iceServers).toHaveLength(Math.min(fallbacks + 1, map.regions.length));
    expect(live.current?.region.id).toBe(home);
    live.close();
    await clock.advance(requestMs);
    expect(clock.sleeping).toBe(0);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  }), { numRuns: 60 });
}, 60_000);
