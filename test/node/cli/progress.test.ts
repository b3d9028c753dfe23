import { describe, expect, it } from 'vitest';
import { createProgress, type ProgressLine } from '../../../node/cli/progress.ts';
import { heard, probed, reported, started } from '../../core/report/events.ts';
import { mapOf, worldMap } from '../../core/report/samples.ts';
import { fakeSchedule } from './fake-schedule.ts';
import { fakeTerminal } from './fake-terminal.ts';

const make = (map = worldMap, colour = false, columns = 80): { terminal: ReturnType<typeof fakeTerminal>; time: ReturnType<typeof fakeSchedule>; progress: ProgressLine } => {
  const terminal = fakeTerminal(columns);
  const time = fakeSchedule();
  return { terminal, time, progress: createProgress({ stream: terminal, map, colour, now: time.now, after: time.after }) };
};

describe('progress on a terminal', () => {
  it('counts regions that answered of those asked, and names the nearest', () => {
    const { terminal, time, progress } = make();
    progress.onEvent(started(worldMap));
    for (const { id } of worldMap.regions) progress.onEvent(probed(id));
    time.pass(50);
    expect(terminal.lines()).toEqual(['0 of 16 answered']);
    for (const event of [heard('2', 13.27), heard('1', 8.31), heard('1', 8.4), heard('3', 13.9)]) progress.onEvent(event);
    time.pass(50);
    expect(terminal.lines()).toEqual(['3 of 16 answered · nearest so far fra 8.3 ms']);
    progress.onEvent(reported(worldMap, {}));
    expect(terminal.lines()).toEqual(['']);
    expect(terminal.cursorHidden).toBe(false);
    expect(time.pending).toBe(0);
  });

  it('redraws at most 20 times a second, and always shows what came last', () => {
    const { terminal, time, progress } = make();
    progress.onEvent(started(worldMap));
    for (let ms = 0; ms < 1000; ms++) {
      progress.onEvent(heard(String((ms % 16) + 1), 1000 - ms));
      time.pass(1);
    }
    time.pass(50);
    expect(terminal.written.length).toBeLessThanOrEqual(21);
    expect(terminal.written.length).toBeGreaterThan(15);
    expect(terminal.lines()[0]).toContain('nearest so far lhr 1.0 ms'.replace('lhr', worldMap.regions[999 % 16]?.code ?? ''));
  });

  it('does not call a relay nearest by a time of another kind', () => {
    const { terminal, time, progress } = make();
    for (const event of [probed('1'), heard('2', 3, 'icmp'), heard('1', 9), heard('3', 2, 'https')]) progress.onEvent(event);
    time.pass(50);
    expect(terminal.lines()[0]).toContain('fra 9.0 ms');
  });

  it('starts anew with the next report', () => {
    const { terminal, time, progress } = make();
    for (const event of [started(worldMap), probed('1'), heard('1', 8), reported(worldMap, {}), started(worldMap), probed('2')]) {
      progress.onEvent(event);
      time.pass(60);
    }
    expect(terminal.lines()).toEqual(['0 of 1 answered']);
  });

  it('is erased by done, and then silent', () => {
    const { terminal, time, progress } = make();
    for (const event of [probed('1'), probed('2')]) progress.onEvent(event);
    progress.done();
    progress.done();
    const count = terminal.written.length;
    progress.onEvent(heard('1', 8));
    time.pass(1000);
    expect([terminal.lines(), terminal.written.length, time.pending, terminal.cursorHidden]).toEqual([[''], count, 0, false]);
  });

  it('keeps to the width, whatever a region is called', () => {
    const map = mapOf([{ id: '1', code: `\u001B[2J\n${'東'.repeat(90)}` }]);
    const { terminal, time, progress } = make(map, true, 40);
    for (const event of [probed('1'), heard('1', 8)]) progress.onEvent(event);
    time.pass(50);
    expect(terminal.lines()).toHaveLength(1);
    expect(terminal.lines()[0]).toMatch(/^1 of 1 answered · nearest so far 東+…$/);
  });
});

it('progress writes nothing where there is no terminal', () => {
  const written: string[] = [];
  const progress = createProgress({ stream: { write: (text: string) => written.push(text) }, map: worldMap, colour: true, now: () => 0 });
  for (const event of [started(worldMap), probed('1'), heard('1', 8), reported(worldMap, {})]) progress.onEvent(event);
  progress.done();
  expect(written).toEqual([]);
});
