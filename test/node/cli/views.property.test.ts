import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createProgress } from '../../../node/cli/progress.ts';
import { createWatchView } from '../../../node/cli/watch-view.ts';
import { harmful, scene } from '../../core/report/arbitrary.ts';
import { heard, probed, reported } from '../../core/report/events.ts';
import { fakeSchedule } from './fake-schedule.ts';
import { fakeTerminal } from './fake-terminal.ts';

// The fake terminal fails on any sequence that is not the views' own, on a line that wraps, and on a view that scrolls.
const size = fc.record({ columns: fc.integer({ min: 2, max: 160 }), rows: fc.integer({ min: 2, max: 40 }) });

it('watch keeps to the terminal, whatever is reported', () => {
  fc.assert(fc.property(fc.array(scene, { minLength: 1, maxLength: 4 }), size, fc.boolean(), (scenes, { columns, rows }, colour) => {
    const terminal = fakeTerminal(columns, rows);
    const time = fakeSchedule(scenes[0]?.report.at);
    const [first] = scenes;
    const view = createWatchView({ stream: terminal, map: first?.map ?? { version: 1, regions: [] }, colour, wall: time.now, after: time.after });
    for (const { report, decision, map } of scenes) {
      view.onEvent(reported(map, report, decision, 5000));
      view.onEvent({ type: 'note', at: report.at, code: 'map', message: decision.sentence });
      time.pass(1500);
      expect(terminal.lines().join('\n')).not.toMatch(harmful);
    }
    view.done();
    expect([terminal.cursorHidden, time.pending]).toEqual([false, 0]);
  }));
});

it('watch without a terminal writes whole lines, one a report or note', () => {
  fc.assert(fc.property(fc.array(scene, { maxLength: 4 }), (scenes) => {
    const written: string[] = [];
    const view = createWatchView({ stream: { write: (text: string) => written.push(text) }, map: { version: 1, regions: [] }, colour: true });
    for (const { report, decision, map } of scenes) {
      view.onEvent(reported(map, report, decision));
      view.onEvent({ type: 'note', at: report.at, code: 'map', message: decision.sentence });
    }
    expect(written).toHaveLength(2 * scenes.length);
    for (const line of written) {
      expect(line).toMatch(/^\d\d:\d\d:\d\d [^\n]*\n$/);
      expect(line).not.toMatch(harmful);
    }
  }));
});

it('progress keeps to its line, whatever regions are called', () => {
  fc.assert(fc.property(scene, size, fc.boolean(), ({ map }, { columns, rows }, colour) => {
    const terminal = fakeTerminal(columns, rows);
    const time = fakeSchedule();
    const progress = createProgress({ stream: terminal, map, colour, now: time.now, after: time.after });
    for (const [index, { id }] of map.regions.entries()) {
      progress.onEvent(probed(id));
      progress.onEvent(heard(id, index / 7));
      time.pass(50);
      expect(terminal.lines()).toHaveLength(1);
      expect(terminal.lines()[0]).not.toMatch(harmful);
    }
    progress.done();
    expect([terminal.lines(), terminal.cursorHidden, time.pending]).toEqual([[''], false, 0]);
  }));
});
