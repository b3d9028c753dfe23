import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../../core/model/context.ts';
import type { Kind } from '../../../../core/model/kind.ts';
import type { RelayMap } from '../../../../core/model/map.ts';
import type { RegionReport, Report } from '../../../../core/model/report.ts';
import { steady, type SteadyState } from '../../../../core/strategy/steady/steady.ts';
import { mapOf } from '../../../maps.ts';

const map = mapOf(['fra', 'par', 'nyc']);

type Answers = Readonly<Record<string, number | readonly [ms: number, kind: Kind]>>;

function reportOf(at: number, answers: Answers, of: RelayMap = map): Report {
  const regions: Record<string, RegionReport> = {};
  for (const { id, code } of of.regions) {
    const answer = answers[id];
    const [ms, kind] = typeof answer === 'number' ? [answer, 'stun' as const] : (answer ?? []);
    regions[id] = ms === undefined || !kind ? { code, samples: 0, lost: 2, doubt: [] } : { code, latencyMs: ms, kind, kinds: { [kind]: { ms, samples: 1, lost: 0 } }, samples: 1, lost: 0, doubt: [] };
  }
  return { at, full: true, durationMs: 100, strategy: 'steady', notes: [], regions };
}

interface Step extends Partial<Pick<Context, 'preferences' | 'map'>> {
  readonly answers: Answers;
  /** How often, 20 s apart; once unless said. */
  readonly times?: number;
  readonly alive?: boolean;
  readonly heardAgoMs?: number;
  /** The time line jumps by so much before it: a suspend, or a clock that was set. */
  readonly gapMs?: number;
}

/** Plays reports 20 s apart; the homes named, in runs: `fra×3 par`. */
function play(steps: readonly Step[]): { homes: string; reasons: string[]; state: SteadyState; sentence: string } {
  const strategy = steady();
  let state = strategy.start();
  let home: string | undefined;
  let at = 1_000_000;
  const named: string[] = [];
  const reasons: string[] = [];
  let sentence = '';
  for (const step of steps) {
    at += step.gapMs ?? 0;
    for (let turn = 0; turn < (step.times ?? 1); turn++) {
      at += 20_000;
      const of = step.map ?? map;
      const context: Context = {
        now: at, full: true, map: of, families: { v4: true, v6: false }, clientKey: 'k', chance: 0,
        ...(home !== undefined && { home: { region: home, ...(step.alive !== undefined && { alive: step.alive }) } }),
        ...(home !== undefined && step.heardAgoMs !== undefined && { heard: { [home]: at - step.heardAgoMs } }),
        ...(step.preferences && { preferences: step.preferences }),
      };
      const chosen = strategy.choose(state, reportOf(at, step.answers, of), context);
      // Whatever a store does to it.
      state = JSON.parse(JSON.stringify(chosen.state)) as SteadyState;
      home = chosen.decision.home;
      named.push(of.regions.find(({ id }) => id === home)?.code ?? 'none');
      reasons.push(chosen.decision.reason);
      ({ sentence } = chosen.decision);
    }
  }
  const runs: [string, number][] = [];
  for (const name of named) {
    const last = runs.at(-1);
    if (last?.[0] === name) last[1]++;
    else runs.push([name, 1]);
  }
  return { homes: runs.map(([name, count]) => (count > 1 ? `${name}×${count}` : name)).join(' '), reasons, state, sentence };
}

const near: Answers = { 1: 10, 2: 14, 3: 90 };

describe('steady chooses', () => {
  it.each<{ name: string; steps: Step[]; homes: string; reason?: string }>([
    { name: 'the lowest at first', steps: [{ answers: { 1: 14, 2: 10, 3: 90 } }], homes: 'par', reason: 'first' },
    { name: 'who alone answers', steps: [{ answers: { 3: 90 } }], homes: 'nyc', reason: 'only' },
    { name: 'nobody when nothing answers', steps: [{ answers: {} }], homes: 'none', reason: 'no-answer' },
    { name: 'to stay through a spike of home', steps: [{ answers: near, times: 9 }, { answers: { ...near, 1: 400 } }, { answers: near, times: 9 }], homes: 'fra×19' },
    { name: 'to stay through three spikes running', steps: [{ answers: near, times: 9 }, { answers: { ...near, 1: 400 }, times: 3 }, { answers: near }], homes: 'fra×13' },
    { name: 'to stay while all queue alike', steps: [{ answers: near, times: 3 }, { answers: { 1: 210, 2: 212, 3: 290 }, times: 60 }], homes: 'fra×63' },
    { name: 'to stay where another is nearer by less than 1.6 ms', steps: [{ answers: { 1: 10, 2: 12 } }, { answers: { 1: 12, 2: 10.5 }, times: 90 }], homes: 'fra×91', reason: 'gain-too-small' },
    { name: 'to move once another is nearer for good, by twice the least gain', steps: [{ answers: { 1: 10, 2: 14 }, times: 10 }, { answers: { 1: 14, 2: 10 }, times: 40 }], homes: 'fra×21 par×29' },
    { name: 'to move soon where much is to gain', steps: [{ answers: { 1: 10, 2: 14 }, times: 10 }, { answers: { 1: 60, 2: 14 }, times: 30 }], homes: 'fra×16 par×24' },
    { name: 'to move sooner where it costs very much', steps: [{ answers: { 1: 10, 2: 14 }, times: 40 }, { answers: { 1: 164, 2: 14 }, times: 9 }], homes: 'fra×43 par×6' },
    { name: 'to stay through a minute of it', steps: [{ answers: { 1: 10, 2: 14 }, times: 40 }, { answers: { 1: 164, 2: 14 }, times: 3 }, { answers: { 1: 10, 2: 14 }, times: 30 }], homes: 'fra×73' },
    { name: 'to stay through two minutes of 70 ms', steps: [{ answers: { 1: 10, 2: 14 }, times: 40 }, { answers: { 1: 84, 2: 14 }, times: 6 }, { answers: { 1: 10, 2: 14 }, times: 30 }], homes: 'fra×76' },
    { name: 'to move at the second report where another came much nearer', steps: [{ answers: { 1: 40, 2: 90 }, times: 40 }, { answers: { 1: 40, 2: 12 }, times: 9 }], homes: 'fra×41 par×8' },
    { name: 'to leave a first choice that was wrong after a few reports', steps: [{ answers: { 1: 10, 2: 14 } }, { answers: { 1: 60, 2: 14 }, times: 9 }], homes: 'fra×4 par×6' },
    { name: 'not to move back at once', steps: [{ answers: { 1: 10, 2: 14 } }, { answers: { 1: 60, 2: 14 }, times: 20 }, { answers: { 1: 10, 2: 14 }, times: 7 }], homes: 'fra×4 par×24' },
  ])('$name', ({ steps, homes, reason }) => {
    const played = play(steps);
    expect(played.homes).toBe(homes);
    if (reason) expect(played.reasons.at(-1)).toBe(reason);
  });

  it('tells how many reports are left at this rate', () => {
    const sentences = [3, 4, 5, 6, 7, 8].map((times) => play([{ answers: { 1: 20, 2: 21 }, times: 10 }, { answers: { 1: 20, 2: 16 }, times }]).sentence);
    expect(sentences.slice(0, 2)).toEqual(['kept fra: par is 4 ms nearer, moves at 1.6 ms over 9 more reports', 'kept fra: par is 4 ms nearer, moves at 1.6 ms over 8 more reports']);
    expect(play([{ answers: { 1: 20, 2: 21 }, times: 10 }, { answers: { 1: 20, 2: 16 }, times: 12 }]).homes).toBe('fra×21 par');
  });

  it('says why in one sentence', () => {
    expect(play([{ answers: near }]).sentence).toBe('chose fra: nearest of 3 that answered at 10 ms');
    expect(play([{ answers: { 1: 10, 2: 14 } }, { answers: { 1: 12, 2: 10.5 } }]).sentence).toBe('kept fra: par is 1.5 ms nearer, moves at 1.6 ms');
  });
});

describe('a home that is silent', () => {
  const silent: Answers = { 2: 14, 3: 90 };
  it.each<{ name: string; steps: Step[]; homes: string; reason: string }>([
    { name: 'is kept for two misses and left at the third', steps: [{ answers: near }, { answers: silent, times: 4 }], homes: 'fra×3 par×2', reason: 'nearest' },
    { name: 'is kept for ever while its connection lives', steps: [{ answers: near }, { answers: silent, times: 50, alive: true }], homes: 'fra×51', reason: 'heard' },
    { name: 'is kept while its relay is heard', steps: [{ answers: near }, { answers: silent, times: 9, heardAgoMs: 7_000 }], homes: 'fra×10', reason: 'heard' },
    { name: 'is not kept by an old life sign', steps: [{ answers: near }, { answers: silent, times: 3, heardAgoMs: 9_000 }], homes: 'fra×3 par', reason: 'moved-home-silent' },
    { name: 'starts its count anew when it answers', steps: [{ answers: near }, { answers: silent, times: 2 }, { answers: near }, { answers: silent, times: 2 }], homes: 'fra×6', reason: 'missed' },
    { name: 'is left at once when its connection died', steps: [{ answers: near }, { answers: near, alive: false }], homes: 'fra par', reason: 'moved-home-dead' },
    { name: 'is nobody’s home while nothing answers, and home again after', steps: [{ answers: near }, { answers: {}, times: 2 }, { answers: near }], homes: 'fra none×2 fra', reason: 'nearest' },
    { name: 'is kept through an outage of all probes while it was heard', steps: [{ answers: near }, { answers: {}, times: 3, heardAgoMs: 100_000 }], homes: 'fra×4', reason: 'heard' },
  ])('$name', ({ steps, homes, reason }) => {
    const played = play(steps);
    expect(played.homes).toBe(homes);
    expect(played.reasons.at(-1)).toBe(reason);
  });
});

describe('what the owner wants', () => {
  it.each<{ name: string; steps: Step[]; homes: string }>([
    { name: 'a pin wins where it answers', steps: [{ answers: near, preferences: { pin: '3' } }], homes: 'nyc' },
    { name: 'a pin that is silent gives way', steps: [{ answers: { 1: 10, 2: 14 }, preferences: { pin: '3' } }], homes: 'fra' },
    { name: 'an avoided region only where no other answers', steps: [{ answers: near, preferences: { avoid: ['1'] } }], homes: 'par' },
    { name: 'an avoided region where no other answers', steps: [{ answers: { 1: 10 }, preferences: { avoid: ['1'] } }], homes: 'fra' },
    { name: 'a drained home is left for one that answered', steps: [{ answers: near }, { answers: near, preferences: { drain: ['1'] } }], homes: 'fra par' },
    { name: 'a factor weighs', steps: [{ answers: near, preferences: { latencyFactor: { 1: 2 } } }], homes: 'par' },
  ])('$name', ({ steps, homes }) => expect(play(steps).homes).toBe(homes));
});

describe('kinds', () => {
  it('are not paired with one another: an HTTPS figure must be clearly nearer', () => {
    const start: Answers = { 1: 30, 2: [40, 'https'] };
    expect(play([{ answers: start }, { answers: { 1: 30, 2: [27, 'https'] }, times: 60 }]).homes).toBe('fra×61');
    expect(play([{ answers: start }, { answers: { 1: 30, 2: [12, 'https'] }, times: 60 }]).homes).toMatch(/^fra×\d+ par×\d+$/);
  });
});

describe('time that jumps', () => {
  const after = (gapMs: number, answers: Answers) => play([{ answers: near, times: 12 }, { gapMs, answers, times: 25 }]);
  const slow: Answers = { 1: 60, 2: 14, 3: 90 };
  const hourMs = 3_600_000;

  it.each([['a suspend of an hour', hourMs], ['a clock set back an hour', -hourMs], ['a clock set back to the beginning', -1_000_000]])('%s is no reason to move', (_, gapMs) => {
    expect(after(gapMs, near).homes).toBe('fra×37');
  });

  it('what was measured before a suspend no longer speaks for a home that became slow', () => {
    expect(after(hourMs, slow).homes).toBe('fra×15 par×22');
    expect(after(0, slow).homes).toBe('fra×18 par×19');
  });

  it('what was measured before the clock was set back ages as if it were of now', () => {
    expect(after(-hourMs, slow).homes).toBe('fra×15 par×22');
    for (const { at } of after(-hourMs, near).state.window) expect(at).toBeLessThanOrEqual(1_000_000 + 37 * 20_000 - hourMs);
  });
});

describe('a new map', () => {
  it('forgets a region whose hosts changed, and keeps the rest', () => {
    const other: RelayMap = { version: 1, regions: map.regions.map((region) => (region.id === '2' ? { ...region, nodes: region.nodes.map((node) => ({ ...node, host: 'elsewhere.example' })) } : region)) };
    const before: Step[] = [{ answers: { 1: 10, 2: 14 }, times: 10 }, { answers: { 1: 20, 2: 14 }, times: 3 }];
    expect(play(before).state.evidence['2']?.votes).toBeCloseTo(3);
    expect(Object.keys(play([...before, { answers: { 1: 20, 3: 90 }, map: other }]).state.evidence)).toEqual(['3']);
  });

  it('leaves a home that it does not have', () => {
    expect(play([{ answers: near }, { answers: { 1: 10 }, map: mapOf(['fra']) }, { answers: near, map: { version: 1, regions: map.regions.slice(1) } }]).homes).toBe('fra×2 par');
  });
});

describe('always', () => {
  const answers = fc.dictionary(fc.constantFrom('1', '2', '3'), fc.double({ min: 0, max: 2_000, noNaN: true }));
  it('names a region that answered, was heard or is home; keeps JSON of bounded size', () => {
    fc.assert(fc.property(fc.array(fc.record({ answers, heardAgoMs: fc.option(fc.nat(200_000), { nil: undefined }), alive: fc.option(fc.boolean(), { nil: undefined }) }), { minLength: 1, maxLength: 60 }), (steps) => {
      const { homes, state } = play(steps);
      expect(homes).toMatch(/^((fra|par|nyc|none)(×\d+)? ?)+$/);
      expect(state.window.length).toBeLessThanOrEqual(21);
      expect(Object.keys(state.evidence).length).toBeLessThanOrEqual(3);
      for (const { pairs } of Object.values(state.evidence)) expect(pairs.length).toBeLessThanOrEqual(32);
    }), { numRuns: 200 });
  });
});
