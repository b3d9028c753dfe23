import { describe, expect, it } from 'vitest';
import { createHistory, historyMs, tickMs } from '../../../web/widget/history.ts';
import { answeredIn, regionOf, reportOf } from '../../core/report/samples.ts';

const start = 1_800_000_000_000 - (1_800_000_000_000 % tickMs);

describe('the last half hour', () => {
  it('keeps what a short report did not ask as it was', () => {
    const history = createHistory();
    const nyc = answeredIn('nyc', 80);
    history.add(reportOf({ at: start, regions: { 1: answeredIn('fra', 8), 2: nyc } }));
    history.add(reportOf({ at: start + 20_000, regions: { 1: answeredIn('fra', 9), 2: regionOf({ code: 'nyc', skipped: 'not-due' }) } }));
    expect(history.asked('2')).toEqual({ at: start, region: nyc });
    expect(history.ticks('1')).toEqual([{ at: start, ms: 8 }, { at: start + 20_000, ms: 9 }]);
    expect(history.ticks('2')).toEqual([{ at: start, ms: 80 }]);
    expect([history.from, history.to]).toEqual([start, start + 20_000]);
  });

  it('marks what was asked in vain, and takes what makes kinds comparable', () => {
    const history = createHistory();
    history.add(reportOf({ at: start, regions: { 1: regionOf({ code: 'fra', lost: 2 }), 2: answeredIn('par', 20, { rankMs: 15 }) } }));
    expect([history.ticks('1'), history.ticks('2')]).toEqual([[{ at: start }], [{ at: start, ms: 15 }]]);
  });

  it('has one tick for reports that are close together: the lowest, or a loss if none answered', () => {
    const history = createHistory();
    const add = (offsetMs: number, ms?: number): void => history.add(reportOf({ at: start + offsetMs, regions: { 1: ms === undefined ? regionOf({ code: 'fra', lost: 1 }) : answeredIn('fra', ms) } }));
    add(0);
    add(1_000, 9);
    add(2_000, 8);
    add(3_000, 12);
    add(4_000);
    expect(history.ticks('1')).toEqual([{ at: start + 2_000, ms: 8 }]);
    add(tickMs, 11);
    expect(history.ticks('1')).toHaveLength(2);
  });

  it('forgets what is older, and stays bounded', () => {
    const history = createHistory();
    for (let at = start; at <= start + 3 * historyMs; at += 1_000) history.add(reportOf({ at, regions: { 1: answeredIn('fra', 8) } }));
    expect(history.ticks('1').length).toBeLessThanOrEqual(historyMs / tickMs + 1);
    expect(history.ticks('1')[0]?.at).toBeGreaterThanOrEqual(start + 2 * historyMs);
    expect(history.to - history.from).toBe(historyMs);
  });

  it('knows nothing of regions it has not seen, whatever their id', () => {
    expect(createHistory().ticks('constructor')).toEqual([]);
    expect(createHistory().asked('__proto__')).toBeUndefined();
  });
});
