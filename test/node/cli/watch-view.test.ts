import { describe, expect, it } from 'vitest';
import type { RegionReport } from '../../../core/model/report.ts';
import { createWatchView, type WatchView } from '../../../node/cli/watch-view.ts';
import { reported, started } from '../../core/report/events.ts';
import { answeredIn, decisionFor, mapOf, regionOf, world, worldMap } from '../../core/report/samples.ts';
import { fakeSchedule } from './fake-schedule.ts';
import { fakeTerminal } from './fake-terminal.ts';

const START = Date.UTC(2026, 10, 24, 12, 0, 0);
const timeOfDay = (epochMs: number): string => new Date(epochMs).toISOString().slice(11, 19);
const everywhere = (jitter = 0): Record<string, RegionReport> => Object.fromEntries(world.map(([code, , ms], index) => [String(index + 1), answeredIn(code, ms + jitter)]));
const keptFra = decisionFor('1', { changed: false, reason: 'gain-too-small', sentence: 'kept fra: ams is 0.4 ms nearer, moves at 2 ms over 7 more reports' });

const make = (columns = 100, rows = 24, colour = false): { terminal: ReturnType<typeof fakeTerminal>; time: ReturnType<typeof fakeSchedule>; view: WatchView } => {
  const terminal = fakeTerminal(columns, rows);
  const time = fakeSchedule(START);
  return { terminal, time, view: createWatchView({ stream: terminal, map: worldMap, colour, wall: time.now, timeOfDay, after: time.after }) };
};

describe('watch on a terminal', () => {
  it('shows the home, its reason, every region with its past, and counts down', () => {
    const { terminal, time, view } = make();
    view.onEvent(started(worldMap));
    expect(terminal.lines()).toEqual(['no home', 'no moves · measuring']);
    view.onEvent(reported(worldMap, { at: START, regions: everywhere() }, decisionFor('1'), 23_000));
    for (const [step, jitter] of [3, 9, 1].entries()) {
      time.pass(23_000);
      const regions = { 1: answeredIn('fra', 8.312 + jitter), 2: answeredIn('ams', 13.27), 3: regionOf({ code: 'par', lost: 2, atLeastMs: 60, atLeastBy: 'silence' }) };
      view.onEvent(reported(worldMap, { at: START + (step + 1) * 23_000, full: false, regions }, keptFra, 23_000));
    }
    time.pass(4000);
    expect(terminal.lines().join('\n')).toMatchInlineSnapshot(`
      "home fra since 12:00:00, sure 98 %
      no moves · next report in 19 s
      kept fra: ams is 0.4 ms nearer, moves at 2 ms over 7 more reports
      ▸ fra:   9.3 ms  ▌                stun                            ▁▃█▂  Frankfurt
      - ams:  13.3 ms  ▊                stun                            ▁▁▁▁  Amsterdam
      - lhr:  18.6 ms  █                stun                            ▁     London         69 s ago
      - waw:  22.1 ms  █▏               stun                            ▁     Warsaw         69 s ago
      - mad:  33.4 ms  █▊               stun                            ▁     Madrid         69 s ago
      - nyc:  84.0 ms  ████▌            stun                            ▁     New York City  69 s ago
      - tor:  96.8 ms  █████▏           stun                            ▁     Toronto        69 s ago
      - dfw: 121.2 ms  ██████▌          stun                            ▁     Dallas         69 s ago
      - sfo: 149.9 ms  ████████         stun                            ▁     San Francisco  69 s ago
      - blr: 151.3 ms  ████████▏        stun                            ▁     Bengaluru      69 s ago
      - sin: 158.7 ms  ████████▌        stun                            ▁     Singapore      69 s ago
      - jnb: 163.0 ms  ████████▋        stun                            ▁     Johannesburg   69 s ago
      - sao: 204.6 ms  ██████████▉      stun                            ▁     São Paulo      69 s ago
      - tok: 231.8 ms  ████████████▍    stun                            ▁     Tokyo          69 s ago
      - syd: 281.4 ms  ███████████████  stun                            ▁     Sydney         69 s ago
      - par: no answer, at least 60 ms                                  ▁×××  Paris"
    `);
    view.done();
    expect([terminal.cursorHidden, time.pending]).toEqual([false, 0]);
    expect(terminal.lines()[0]).toContain('home fra');
  });

  it('shows the connection beside the choice', () => {
    const { terminal, view } = make();
    const at = START;
    view.onEvent({ type: 'connection', at, region: '1', node: '1a', state: 'connecting' });
    expect(terminal.lines()).toContain('connecting to fra');
    view.onEvent({ type: 'connection', at, region: '1', node: '1a', state: 'failed', message: 'connection\u001b[31m refused' });
    expect(terminal.lines()).toContain('no connection to fra: connection refused');
    view.onEvent({ type: 'home', at, event: 'up', region: '2', node: '2a', rttMs: 13.21, reason: 'first' });
    expect(terminal.lines()).toContain('connected to ams (2a), 13.2 ms');
    view.onEvent({ type: 'pong', at, region: '2', rttMs: 14 });
    expect(terminal.lines()).toContain('connected to ams (2a), 14.0 ms');
    view.onEvent({ type: 'home', at, event: 'down', region: '2', reason: 'silent' });
    expect(terminal.lines()).toContain('connection to ams lost: pings went unanswered');
    view.onEvent({ type: 'home', at, event: 'up', region: '1', node: '1a', rttMs: 9, downMs: 120, previous: '2', reason: 'failover' });
    expect(terminal.lines()).toContain('connected to fra (1a), 9.0 ms after 120.0 ms without one');
    view.onEvent({ type: 'stopped', at, region: '1', message: 'who are you' });
    expect(terminal.lines()).toContain('no more attempts: fra refuses this client: who are you');
    view.done();
  });

  it('says elsewhere why there is no connection, once', () => {
    let out = '';
    const view = createWatchView({ stream: { write: (text) => { out += text; } }, map: worldMap, colour: false, timeOfDay });
    for (let attempt = 0; attempt < 3; attempt++) view.onEvent({ type: 'connection', at: START, region: '1', node: '1a', state: 'failed', message: 'certificate has expired' });
    view.onEvent({ type: 'home', at: START, event: 'up', region: '2', node: '2a', rttMs: 13.21, reason: 'first' });
    view.onEvent({ type: 'connection', at: START, region: '1', node: '1a', state: 'failed', message: 'certificate has expired' });
    expect(out.split('\n').slice(0, -1).map((line) => line.slice(9))).toEqual(['no connection to fra: certificate has expired', 'connected to ams (2a), 13.2 ms']);
  });

  it('tells of moves', () => {
    const { terminal, view } = make();
    view.onEvent(reported(worldMap, { at: START, regions: everywhere() }, decisionFor('1')));
    view.onEvent(reported(worldMap, { at: START + 60_000, regions: everywhere() }, decisionFor('2', { previous: '1', sentence: 'moved to ams' })));
    view.onEvent(reported(worldMap, { at: START + 90_000, regions: everywhere() }, decisionFor('2', { previous: '2', changed: false })));
    expect(terminal.lines().slice(0, 2)).toEqual(['home ams since 12:01:00, sure 98 %', '1 move, the last at 12:01:00 · no report due']);
  });

  it.each([[100, 12, 9], [40, 5, 16], [60, 40, undefined], [30, 3, undefined], [20, 2, undefined]])('fits %d × %d', (columns, rows, more) => {
    const { terminal, view } = make(columns, rows, true);
    // The fake terminal fails on a line that wraps and on a view that scrolls.
    for (let step = 0; step < 40; step++) view.onEvent(reported(worldMap, { at: START + step * 1000, regions: everywhere(step) }, keptFra));
    expect(terminal.lines().length).toBeLessThan(rows);
    if (more !== undefined) expect(terminal.lines().at(-1)).toBe(`… and ${more} more`);
    else if (rows > 20) expect(terminal.lines()).toHaveLength(3 + world.length);
  });

  it('keeps 30 reports of the past', () => {
    const { terminal, view } = make(120);
    for (let step = 0; step < 50; step++) view.onEvent(reported(worldMap, { at: START + step * 1000, regions: everywhere(step % 2 ? 8 : 0) }, keptFra));
    const row = terminal.lines().find((line) => line.startsWith('▸ fra'));
    expect(row?.match(/[▁▂▃▄▅▆▇█]{20,}/)?.[0]).toBe('▁█'.repeat(15));
  });

  it('forgets regions that left the map', () => {
    const { terminal, view } = make();
    view.onEvent(reported(worldMap, { at: START, regions: everywhere() }, keptFra));
    view.onEvent(reported(mapOf([{ id: '1', code: 'fra' }]), { at: START + 1000, regions: { 1: answeredIn('fra', 8) } }, keptFra));
    expect(terminal.lines().filter((line) => /^[-▸] /.test(line))).toHaveLength(1);
  });

  it('shows a note until the next report', () => {
    const { terminal, view } = make();
    view.onEvent(reported(worldMap, { at: START, regions: everywhere() }, keptFra));
    view.onEvent({ type: 'note', at: START, code: 'map', message: 'a new map\u001B[2J' });
    expect(terminal.lines()).toContain('note: a new map');
    view.onEvent(reported(worldMap, { at: START, regions: everywhere() }, keptFra));
    expect(terminal.lines().join()).not.toContain('note:');
  });

  it('writes nothing after done', () => {
    const { terminal, time, view } = make();
    view.onEvent(reported(worldMap, { at: START, regions: everywhere() }, keptFra, 20_000));
    view.done();
    const count = terminal.written.length;
    view.onEvent(started(worldMap));
    view.done();
    time.pass(60_000);
    expect(terminal.written.length).toBe(count);
  });
});

describe('watch where there is no terminal', () => {
  it('writes one line a report, and notes', () => {
    const written: string[] = [];
    const view = createWatchView({ stream: { write: (text: string) => written.push(text) }, map: worldMap, colour: true, timeOfDay });
    view.onEvent(started(worldMap));
    view.onEvent(reported(worldMap, { at: START + 1000, regions: everywhere() }, keptFra));
    view.onEvent(reported(worldMap, { at: START + 2000, regions: { 1: regionOf({ code: 'fra', lost: 1, atLeastMs: 45.9 }) } }, decisionFor('1', { sentence: 'kept fra:\n\u001B[31mit was heard' })));
    view.onEvent(reported(worldMap, { at: START + 3000 }, decisionFor(undefined)));
    view.onEvent({ type: 'note', at: START + 4000, code: 'budget', message: 'budget used up' });
    view.done();
    view.onEvent(reported(worldMap, { at: START + 5000 }));
    expect(written.join('')).toBe([
      '12:00:01 fra 8.3 ms · kept fra: ams is 0.4 ms nearer, moves at 2 ms over 7 more reports',
      '12:00:02 fra no answer, at least 45 ms · kept fra: it was heard',
      '12:00:03 no home · no relay answered',
      '12:00:04 note: budget used up', '',
    ].join('\n'));
  });
});
