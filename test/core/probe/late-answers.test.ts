import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegionReport } from '../../../core/model/report.ts';
import type { Sample } from '../../../core/model/sample.ts';
import { inOrderOfAnswers, lateAnswers, type Late } from '../../../core/probe/late-answers.ts';

/** An answer read at `readMs` to a probe of `atMs`: all of it counts as its round trip. */
const answer = (region: string, atMs: number, readMs: number, family: 4 | 6 = 4): Late => ({ region, atMs, readMs, ms: readMs - atMs, family });

/** Of a region that was read in time; with `lateMs` late. */
const region = (latencyMs: number, family: 4 | 6 | undefined, lateMs?: number): RegionReport => ({ code: '', latencyMs, kind: 'stun', ...(family && { family }), ...(lateMs !== undefined && { lateMs }), samples: 1, lost: 0, doubt: [] });

const ranks = (answers: readonly Late[], known: Readonly<Record<string, number>> = {}): string[] => {
  const regions: Record<string, RegionReport> = {};
  for (const of of answers) regions[of.region] = Object.hasOwn(known, of.region) ? region(known[of.region] ?? 0, of.family) : region(Math.min(of.ms, regions[of.region]?.latencyMs ?? Infinity), of.family, 5);
  const all = new Map([...Object.entries(known), ...inOrderOfAnswers(answers, regions)]);
  return [...all.keys()].sort((a, b) => (all.get(a) ?? 0) - (all.get(b) ?? 0));
};

describe('regions whose answers were read late', () => {
  it.each<{ name: string; answers: Late[]; known?: Record<string, number>; is: string }>([
    { name: 'rank in the order in which the answers came, though the one asked last reads nearest', answers: [answer('a', 0, 40), answer('b', 0.3, 40.1), answer('c', 0.6, 40.2)], is: 'abc' },
    { name: 'do so although they were read one after the other', answers: [answer('a', 0, 40), answer('b', 1.9, 41.5)], is: 'ab' },
    { name: 'rank as they read where that agrees', answers: [answer('b', 0.3, 12), answer('a', 0, 40)], is: 'ba' },
    { name: 'rank as they read where one was asked much later: it may have come first and been nearer', answers: [answer('a', 0, 40), answer('b', 30, 40.1)], is: 'ba' },
    { name: 'are no farther than one that answered after them, and is known', answers: [answer('a', 0, 40), answer('b', 0.3, 40.1), answer('c', 200, 213)], known: { b: 12 }, is: 'abc' },
    { name: 'tell nothing across sockets', answers: [answer('a', 0, 40, 6), answer('b', 0.3, 40.1, 4)], is: 'ba' },
    { name: 'that answered twice are not put behind themselves', answers: [answer('a', 0, 40), answer('a', 0.2, 40.1), answer('b', 0.5, 40.2)], is: 'ab' },
    { name: 'leave one that was read in time where it was read', answers: [answer('a', 0, 40), answer('b', 0.3, 40.1)], known: { a: 14, b: 12 }, is: 'ba' },
    { name: 'none', answers: [], is: '' },
  ])('$name', ({ answers, known, is }) => {
    expect(ranks(answers, known).join('')).toBe(is);
  });

  it('is not misled by a probe that left later than was meant', () => {
    // Meant for 9 ms, sent at 16: its round trip is known to be 8 ms all the same.
    const found = inOrderOfAnswers([{ region: 'a', atMs: 9, ms: 23, readMs: 39, family: 4 }, answer('b', 16.1, 39.1)], { a: region(8, 4, 1), b: region(12, 4, 1) });
    expect(found.get('a')).toBe(8);
  });

  it('makes the nearest the first, or one within the tolerance of it, however late each round is read', () => {
    const rtt: Readonly<Record<string, number>> = { a: 8, b: 12, c: 14, d: 22 };
    const round = fc.record({ gapMs: fc.constantFrom(0.05, 0.3, 0.6), lateMs: fc.double({ min: 20, max: 90, noNaN: true }), order: fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 4 }) });
    fc.assert(fc.property(fc.array(round, { minLength: 1, maxLength: 4 }), (rounds) => {
      const answers = rounds.flatMap(({ gapMs, lateMs, order }, index) => {
        const sent = order.map((region, place) => ({ region, atMs: index * 200 + place * gapMs }));
        const readMs = index * 200 + 24 + lateMs;
        return sent.sort((x, y) => x.atMs + (rtt[x.region] ?? 0) - y.atMs - (rtt[y.region] ?? 0)).map(({ region, atMs }, place) => answer(region, atMs, readMs + place * 0.1));
      });
      const [first = ''] = ranks(answers);
      expect(rtt[first]).toBeLessThanOrEqual(8 + 2);
    }));
  });
});

describe('what a report makes of late answers', () => {
  const sample = (latencyMs: number, lateMs?: number, family: 4 | 6 = 4, kind: Sample['kind'] = 'stun'): Sample => ({ kind, family, latencyMs, ...(lateMs !== undefined && { lateMs, doubt: ['event-loop'] }) });

  it.each<{ name: string; samples: Sample[]; is: { latencyMs: number; lateMs?: number } }>([
    { name: 'a late one alone', samples: [sample(40, 35)], is: { latencyMs: 40, lateMs: 35 } },
    { name: 'another tells that it takes more', samples: [sample(40, 35), sample(44, 14)], is: { latencyMs: 40, lateMs: 10 } },
    { name: 'another was read in time, and says that the late one was right', samples: [sample(40, 35), sample(41)], is: { latencyMs: 40 } },
    { name: 'another family says nothing of it', samples: [sample(40, 35), sample(41, undefined, 6)], is: { latencyMs: 40, lateMs: 35 } },
    { name: 'another kind says nothing of it', samples: [sample(40, 35), sample(41, undefined, 4, 'tcp')], is: { latencyMs: 40, lateMs: 35 } },
    { name: 'read in time', samples: [sample(12)], is: { latencyMs: 12 } },
  ])('$name', ({ samples, is }) => {
    const late = lateAnswers();
    for (const [index, one] of samples.entries()) late.answered('a', one, 100 * index, 100 * index + one.latencyMs);
    const best = samples.filter(({ kind }) => kind === 'stun').reduce((one, other) => (other.latencyMs < one.latencyMs ? other : one));
    const given: RegionReport = { code: 'a', samples: 1, lost: 0, ...best, doubt: best.doubt ?? [] };
    const before = structuredClone(given);
    const told = late.report({ a: given })['a'];
    expect({ latencyMs: told?.latencyMs, ...(told?.lateMs !== undefined && { lateMs: told.lateMs }) }).toEqual(is);
    expect(told?.doubt).toEqual(is.lateMs === undefined ? [] : ['event-loop']);
    expect(given).toEqual(before);
  });

  it('ranks where nothing else does', () => {
    const late = lateAnswers();
    const told = (rankMs?: number): Readonly<Record<string, RegionReport>> => late.report({ a: region(40, 4, 35), b: { ...region(39.7, 4, 35), ...(rankMs !== undefined && { rankMs }) } });
    late.answered('a', sample(40, 35), 0, 40);
    late.answered('b', sample(39.7, 35), 0.3, 40);
    expect(told()['a']?.rankMs).toBeLessThan(told()['b']?.rankMs ?? 0);
    expect(told(20)).toMatchObject({ a: { latencyMs: 40 }, b: { rankMs: 20 } });
    expect(told(20)['a']?.rankMs).toBeUndefined();
  });
});
