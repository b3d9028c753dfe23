import { expect, it } from 'vitest';
import { describeInBrowser, openPage } from './harness.ts';

const nearestMs = 20;
const relays = [{ code: 'near', rttMs: nearestMs }, ...[45, 70, 95, 120, 200].map((rttMs) => ({ code: `at${rttMs}`, rttMs }))];

/** What a decision may take beside the nearest round trip, once the last probe that it needs has been sent. */
const grantedMs = 60;

/** One report in four is undisturbed, whatever else the machine does. */
const lowerQuartile = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)] ?? NaN;

describeInBrowser('a decision in a warm page', () => {
  it('is certain one round trip to the nearest after the last probe that it needs', async () => {
    await using opened = await openPage<typeof import('./pages/decision.ts')>({ entry: 'test/browser/pages/decision.ts', loopbackIce: true, lab: { relays } });
    // Each pooled connection has gathered once by then.
    const [, , ...warm] = await opened.call('reports', 13);
    // On a machine that is full, other processes' time is read as distance now and then.
    expect(warm.filter(({ home }) => home === 'near').length).toBeGreaterThan(warm.length / 2);
    const overMs = (moment: 'decisionMs' | 'settledMs'): number[] => warm.map(({ timing, askedMs }) => (timing[moment] ?? NaN) - Math.max(...Object.values(askedMs)) - nearestMs);
    for (const moment of ['decisionMs', 'settledMs'] as const) expect(lowerQuartile(overMs(moment)), `${moment}, ms over: ${overMs(moment).join(', ')}`).toBeLessThan(grantedMs);
    expect(opened.errors).toEqual([]);
  });
});
