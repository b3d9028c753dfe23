import { describe, expect, it } from 'vitest';
import { createScreen } from '../../../node/cli/screen.ts';
import { fakeTerminal } from './fake-terminal.ts';

describe('a screen', () => {
  it('replaces what it drew, also by fewer lines, below what stood before', () => {
    const terminal = fakeTerminal();
    terminal.write('$ nearest-relay watch\n');
    const screen = createScreen(terminal);
    screen.draw(['one', 'two', 'three']);
    expect(terminal.lines()).toEqual(['$ nearest-relay watch', 'one', 'two', 'three']);
    screen.draw(['four', '5']);
    expect(terminal.lines()).toEqual(['$ nearest-relay watch', 'four', '5']);
    screen.erase();
    expect(terminal.lines()).toEqual(['$ nearest-relay watch']);
    screen.draw(['six']);
    expect(terminal.lines()).toEqual(['$ nearest-relay watch', 'six']);
  });

  it('hides the cursor while it draws and gives it back', () => {
    for (const end of ['erase', 'leave'] as const) {
      const terminal = fakeTerminal();
      const screen = createScreen(terminal);
      screen[end]();
      expect(terminal.written).toEqual([]);
      screen.draw(['one']);
      expect(terminal.cursorHidden).toBe(true);
      screen[end]();
      expect(terminal.cursorHidden).toBe(false);
    }
  });

  it('starts afresh on a terminal that was made smaller', () => {
    const terminal = fakeTerminal(80, 24);
    const screen = createScreen(terminal);
    screen.draw(['one', 'two']);
    terminal.columns = 20;
    screen.draw(['three']);
    expect(terminal.lines()).toEqual(['three']);
    expect(screen.size()).toEqual({ width: 19, height: 23 });
  });

  it('assumes 80 by 24 where the stream does not tell', () => {
    expect(createScreen({ write() {} }).size()).toEqual({ width: 79, height: 23 });
    expect(createScreen({ columns: 0, rows: 0, write() {} }).size()).toEqual({ width: 79, height: 23 });
  });
});
