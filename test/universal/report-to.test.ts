import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PickerEvent } from '../../core/events.ts';
import type { RegionReport } from '../../core/model/report.ts';
import { reportTo } from '../../universal/report-to.ts';
import { createRig, now0, reportOf } from '../edge/rig.ts';
import { turns } from '../until.ts';

afterEach(() => vi.unstubAllGlobals());

const eventOf = (report: ReturnType<typeof reportOf>, home = '1'): PickerEvent => ({ type: 'report', at: report.at, report, decision: { home } } as PickerEvent);

/** Requests go to the app, as they are. */
function edgeBehindFetch(): { rig: ReturnType<typeof createRig>; answers: { status: number; body: string }[] } {
  const rig = createRig();
  const answers: { status: number; body: string }[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const answer = await rig.app.request(url, init);
    answers.push({ status: answer.status, body: String(init.body) });
    return answer;
  });
  return { rig, answers };
}

describe('reportTo', () => {
  it('tells the edge what was measured, and no address', async () => {
    const { rig, answers } = edgeBehindFetch();
    reportTo('https://edge.example/')(eventOf(reportOf({ 1: 12.5, 2: 20.25 })));
    await vi.waitFor(() => expect(answers).toMatchObject([{ status: 202 }]));
    await rig.settle();
    expect(rig.saved.reports).toMatchObject([{ latencyMs: { 1: 12.5, 2: 20.25 }, kind: 'stun', home: '1' }]);
    expect(answers[0]?.body).not.toContain('192.0.2.77');
  });

  it.each([
    { what: 'the first of two in ten minutes', at: [0, 599_000], posts: 1 },
    { what: 'both of two ten minutes apart', at: [0, 600_000], posts: 2 },
    { what: 'the next one after the clock was set back', at: [0, -3_600_000], posts: 2 },
  ])('posts $what', async ({ at, posts }) => {
    const fetched = vi.fn(async () => new Response());
    vi.stubGlobal('fetch', fetched);
    const listen = reportTo('https://edge.example');
    for (const ms of at) listen(eventOf(reportOf({ 1: 5 }, now0 + ms)));
    expect(fetched).toHaveBeenCalledTimes(posts);
  });

  it('posts nothing of what was not measured', () => {
    const fetched = vi.fn(async () => new Response());
    vi.stubGlobal('fetch', fetched);
    const listen = reportTo('https://edge.example');
    const report = reportOf({ 1: 5 });
    listen({ type: 'note', at: 0, code: 'x', message: 'y' });
    listen(eventOf(reportOf({})));
    listen(eventOf({ ...report, regions: { 1: { ...report.regions['1'], kind: 'fake' } as RegionReport } }));
    expect(fetched).not.toHaveBeenCalled();
  });

  it('fits into what an edge takes, with the nearest 60 of 500 regions', () => {
    const fetched = vi.fn(async (_url: string, _init: RequestInit) => new Response());
    vi.stubGlobal('fetch', fetched);
    reportTo('https://edge.example')(eventOf(reportOf(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`region-${index}`, 600.123456789 - index])))));
    const body = String(fetched.mock.calls[0]?.[1].body);
    expect(body.length).toBeLessThan(16_384);
    expect(Object.keys((JSON.parse(body) as { regions: object }).regions)).toHaveLength(60);
    expect(body).toContain('region-499');
  });

  it('leaves nothing behind when the edge fails', async () => {
    vi.stubGlobal('fetch', async () => { throw new Error('no network'); });
    const failed = vi.fn();
    process.on('unhandledRejection', failed);
    reportTo('https://edge.example')(eventOf(reportOf()));
    await turns(5);
    process.off('unhandledRejection', failed);
    expect(failed).not.toHaveBeenCalled();
  });
});
