import { describe, expect, it } from 'vitest';
import type { Context } from '../../../../core/model/context.ts';
import type { Decision } from '../../../../core/model/decision.ts';
import type { RelayMap } from '../../../../core/model/map.ts';
import { bestRecent, netcheck } from '../../../../core/strategy/netcheck/netcheck.ts';
import { context, mapOf, node, region, report } from './situation.ts';
import { vectors } from './vectors.ts';

interface MapPart { regionScore?: Record<string, number> }
interface ChoiceCase {
  name: string;
  map?: MapPart;
  forcePreferred?: number;
  steps: {
    atMs: number; startedAtMs?: number; map?: MapPart;
    latenciesMs: Record<string, number>; heardWithinMs?: Record<string, number>;
    expect: { preferred: number; bestRecentMs: Record<string, number> };
  }[];
}

function mapWith(ids: readonly string[], scores: Record<string, number> = {}): RelayMap {
  return mapOf(...ids.map((id) => region(id, scores[id] === undefined ? {} : { latencyFactor: scores[id] })));
}

describe.each([2022, 2026] as const)('choose, edition %i, against Tailscale\'s own choices', (edition) => {
  const strategy = netcheck({ edition });
  it.each(vectors<ChoiceCase>(`choice-${edition}`).map((case_) => [case_.name, case_] as const))('%s', (_, { steps, map, forcePreferred }) => {
    const ids = [...new Set([...steps.flatMap(({ latenciesMs, heardWithinMs }) => [...Object.keys(latenciesMs), ...Object.keys(heardWithinMs ?? {})]), ...(forcePreferred ? [String(forcePreferred)] : [])])];
    let state = strategy.start();
    let scores = map?.regionScore;
    let previous: string | undefined;
    for (const step of steps) {
      scores = step.map ? step.map.regionScore : scores;
      const heard = Object.fromEntries(Object.entries(step.heardWithinMs ?? {}).map(([id, ms]) => [id, step.atMs - ms]));
      const outcome = strategy.choose(
        state,
        report(step.latenciesMs, { at: step.atMs, durationMs: step.atMs - (step.startedAtMs ?? step.atMs) }),
        context(mapWith(ids, scores), {
          now: step.atMs, heard,
          ...(previous !== undefined && { home: { region: previous } }),
          ...(forcePreferred && { preferences: { pin: String(forcePreferred) } }),
        }),
      );
      expect(Number(outcome.decision.home ?? 0)).toBe(step.expect.preferred);
      expect(bestRecent(outcome.state)).toEqual(step.expect.bestRecentMs);
      expect(outcome.decision.changed).toBe(outcome.decision.home !== previous);
      expect(outcome.decision.previous).toBe(previous);
      state = outcome.state;
      previous = outcome.decision.home;
    }
  });
});

/** One report a step, 20 s apart: latencies, and what the context adds. */
type Step = [latenciesMs: Record<string, number>, extra?: Partial<Context>];

function lastDecision(steps: readonly Step[], map: RelayMap, edition: 2022 | 2026 = 2026): Decision {
  const strategy = netcheck({ edition });
  let state = strategy.start();
  let decision: Decision | undefined;
  for (const [index, [latenciesMs, extra]] of steps.entries()) {
    const at = index * 20_000;
    ({ state, decision } = strategy.choose(state, report(latenciesMs, { at, durationMs: 1_000 }), context(map, { now: at, ...extra })));
  }
  if (!decision) throw new Error('no step');
  return decision;
}

describe('reason, state and sentence', () => {
  const map = mapOf(region('1', { code: 'fra' }), region('2', { code: 'par' }), region('3', { code: 'nyc' }));
  it.each<[string, Step[], Partial<Decision>]>([
    ['first', [[{ 1: 8, 2: 12.34 }]], { home: '1', changed: true, state: 'settled', reason: 'first', sentence: 'chose fra: nearest of 2 that answered at 8 ms' }],
    ['only', [[{ 2: 12.34 }]], { home: '2', changed: true, state: 'settled', reason: 'only', sentence: 'chose par: it alone answered at 12.3 ms' }],
    ['nearest', [[{ 1: 8, 2: 12 }], [{ 1: 9, 2: 12 }]], { home: '1', previous: '1', changed: false, reason: 'nearest', sentence: 'kept fra: nearest at 9 ms' }],
    ['too small', [[{ 1: 8, 2: 12 }], [{ 1: 8, 2: 5 }]], { home: '1', changed: false, state: 'settled', reason: 'gain-too-small', sentence: 'kept fra: par is 3 ms nearer, moves at 10 ms' }],
    ['too small for the ratio', [[{ 1: 90, 2: 120 }], [{ 1: 90, 2: 65 }]], { home: '1', reason: 'gain-too-small', sentence: 'kept fra: par is 25 ms nearer, moves at 30 ms' }],
    ['moved nearer', [[{ 1: 90, 2: 120 }], [{ 1: 90, 2: 20 }]], { home: '2', previous: '1', changed: true, reason: 'moved-nearer', sentence: 'moved to par from fra: 70 ms nearer' }],
    ['home silent', [[{ 1: 8, 2: 12 }], [{ 2: 12, 3: 80 }]], { home: '2', previous: '1', changed: true, state: 'settled', reason: 'moved-home-silent', sentence: 'moved to par: fra did not answer' }],
    ['heard', [[{ 1: 8, 2: 12 }], [{ 2: 1 }, { heard: { 1: 18_500 } }]], { home: '1', changed: false, state: 'settled', reason: 'heard', ageMs: 20_000, sentence: 'kept fra: no answer, but its relay was heard 1.5 s ago' }],
    ['nothing answers, heard a minute ago', [[{ 1: 8 }], [{}, { heard: { 1: -40_000 } }]], { home: '1', changed: false, state: 'failing', reason: 'heard', sentence: 'kept fra: no answer, but its relay was heard 60 s ago' }],
    ['nothing answers any more', [[{ 1: 8 }], [{}]], { previous: '1', changed: true, state: 'failing', reason: 'no-answer', sure: 0, sentence: 'no home: fra did not answer, nor did another' }],
    ['nothing answers', [[{}]], { changed: false, state: 'unreachable', reason: 'no-answer', ageMs: 0, sentence: 'no home: nothing answered' }],
    ['pinned', [[{ 1: 8, 3: 90 }, { preferences: { pin: '3' } }]], { home: '3', reason: 'pinned', sentence: 'pinned to nyc' }],
    ['a pin to a region that the map does not have', [[{ 1: 8 }, { preferences: { pin: '9' }, heard: { 9: 0 } }]], { home: '1', reason: 'only' }],
    ['a tie: the lower id', [[{ 3: 8, 2: 8 }]], { home: '2' }],
    ['0 ms is no answer of the home', [[{ 2: 8 }], [{ 1: 0, 2: 0 }]], { home: '1', reason: 'moved-home-silent' }],
    ['0 ms, but heard', [[{ 2: 8 }], [{ 1: 0, 2: 0 }, { heard: { 2: 19_000 } }]], { home: '2', reason: 'heard' }],
  ])('%s', (_, steps, expected) => {
    const decision = lastDecision(steps, map);
    expect(decision).toMatchObject(expected);
    if (expected.home === undefined) expect(decision).not.toHaveProperty('home');
  });
  it('breaks ties between names by their letters, and numbers by their value', () => {
    expect(lastDecision([[{ par: 8, fra: 8 }]], mapOf('par', 'fra')).home).toBe('fra');
    expect(lastDecision([[{ 10: 8, 9: 8 }]], mapOf('10', '9')).home).toBe('9');
  });
  it('gives the figures that were compared', () => {
    expect(lastDecision([[{ 1: 8, 2: 12 }], [{ 1: 8, 2: 5 }]], map).why).toEqual({ answered: 2, homeMs: 8, best: '2', bestMs: 5, aheadMs: 3, movesAtMs: 10 });
    expect(lastDecision([[{ 1: 90, 2: 120 }], [{ 1: 90, 2: 20 }]], map).why).toEqual({ answered: 2, homeMs: 20, gainMs: 70 });
  });
});

describe('what the editions heed', () => {
  const map = mapOf('1', region('2', { latencyFactor: 0.1 }), '3');
  it.each<[string, Step[], string, string]>([
    ['factors of the map', [[{ 1: 30, 2: 90 }]], '1', '2'],
    ['factors of the preferences, on top of the map\'s', [[{ 1: 30, 2: 90 }, { preferences: { latencyFactor: { 2: 10 } } }]], '1', '1'],
    ['a factor of 0 or below counts as none', [[{ 1: 30, 3: 40 }, { preferences: { latencyFactor: { 3: 0 } } }]], '1', '1'],
    ['a pin', [[{ 1: 30, 3: 90 }, { preferences: { pin: '3' } }]], '1', '3'],
    ['life signs', [[{ 1: 30 }], [{ 3: 90 }, { heard: { 1: 19_000 } }]], '3', '1'],
    ['10 ms', [[{ 1: 8, 3: 30 }], [{ 1: 8, 3: 1 }]], '3', '1'],
    ['nothing else of the preferences', [[{ 1: 30, 3: 40 }, { preferences: { avoid: ['1'], drain: ['1'], prefer: ['3'] } }]], '1', '1'],
  ])('%s', (_, steps, in2022, in2026) => {
    expect([lastDecision(steps, map, 2022).home, lastDecision(steps, map, 2026).home]).toEqual([in2022, in2026]);
  });
});

describe('the map changes', () => {
  const strategy = netcheck();
  const at = (seconds: number): { at: number } => ({ at: seconds * 1000 });
  const first = strategy.choose(strategy.start(), report({ 1: 8, 2: 12 }, at(0)), context(mapOf('1', '2')));

  it('a region that left is forgotten, also as home', () => {
    const { decision, state } = strategy.choose(first.state, report({ 2: 12 }, at(20)), context(mapOf('2'), { heard: { 1: 20_000 } }));
    expect(decision).toMatchObject({ home: '2', previous: '1', changed: true });
    expect(bestRecent(state)).toEqual({ 2: 12 });
  });
  it('latencies of relays that were replaced are forgotten, others kept', () => {
    const moved = mapOf(region('1', { nodes: [node('1z')] }), '2');
    const { state } = strategy.choose(first.state, report({ 1: 60, 2: 14 }, at(20)), context(moved));
    expect(bestRecent(state)).toEqual({ 1: 60, 2: 12 });
  });
  it('what answered but is not in the map is no candidate', () => {
    expect(strategy.choose(strategy.start(), report({ 1: 1, 2: 12 }), context(mapOf('2'))).decision.home).toBe('2');
  });
});

describe('history', () => {
  const strategy = netcheck();
  const map = mapOf('1');
  it('is exact while reports come no faster than one in 600 ms', () => {
    let state = strategy.start();
    for (let at = 0; at <= 305_000; at += 1000) ({ state } = strategy.choose(state, report({ 1: 10 + at / 1000 }, { at }), context(map)));
    expect(bestRecent(state)).toEqual({ 1: 10 });
    ({ state } = strategy.choose(state, report({ 1: 500 }, { at: 305_001 }), context(map)));
    expect(bestRecent(state)).toEqual({ 1: 11 });
  });
  it('stays bounded however fast they come, and forgets at most 600 ms late', () => {
    let state = strategy.start();
    for (let at = 0; at <= 310_000; at += 10) ({ state } = strategy.choose(state, report({ 1: 10 + at / 1000 }, { at }), context(map)));
    expect(state.history.length).toBeLessThanOrEqual(512);
    const oldest = bestRecent(state)['1'] ?? 0;
    expect(oldest).toBeLessThanOrEqual(15);
    expect(oldest).toBeGreaterThanOrEqual(14.4);
  });
  it('what answered just before, in a crowded history, did not answer now', () => {
    const two = mapOf('1', '2');
    let state = strategy.start();
    for (let at = 0; at < 6000; at += 10) ({ state } = strategy.choose(state, report({ 1: 10, 2: 50 }, { at }), context(two)));
    expect(strategy.choose(state, report({ 2: 50 }, { at: 6000 }), context(two)).decision).toMatchObject({ home: '2', reason: 'moved-home-silent' });
  });
  it('stays bounded when the clock steps back again and again', () => {
    let state = strategy.start();
    for (let turn = 0; turn < 2000; turn++) ({ state } = strategy.choose(state, report({ 1: 10 }, { at: 1e6 - turn * 100 }), context(map)));
    expect(state.history.length).toBeLessThanOrEqual(512);
  });
  it('keeps later reports when the clock was set back, as netcheck does', () => {
    const ahead = strategy.choose(strategy.start(), report({ 1: 10 }, { at: 86_400_000 }), context(map)).state;
    expect(bestRecent(strategy.choose(ahead, report({ 1: 30 }, { at: 0 }), context(map)).state)).toEqual({ 1: 10 });
  });
});
