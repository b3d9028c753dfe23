import { cells } from '../../../core/report/cells.ts';
import type { TerminalStream } from '../../../node/cli/screen.ts';

/** A terminal that shows what a person would see. It knows the sequences that views may use and fails on any other. */
export interface FakeTerminal extends TerminalStream {
  columns: number;
  rows: number;
  readonly isTTY: true;
  /** All that was written, as it came. */
  readonly written: string[];
  /** What stands there, without trailing blank lines. */
  lines(): string[];
  readonly cursorHidden: boolean;
}

export function fakeTerminal(columns = 80, rows = 24): FakeTerminal {
  let screen: string[] = [''];
  let row = 0;
  let column = 0;
  let cursorHidden = false;
  const written: string[] = [];

  function control(parameters: string, letter: string): void {
    const count = Number(parameters) || 1;
    if (letter === 'A') row = Math.max(0, row - count);
    else if (letter === 'J' && parameters === '2') screen = [''];
    else if (letter === 'J') screen = [...screen.slice(0, row), (screen[row] ?? '').slice(0, column)];
    else if (letter === 'K' && parameters === '2') screen[row] = '';
    else if (letter === 'H') row = column = 0;
    else if (parameters === '?25') cursorHidden = letter === 'l';
    else if (letter !== 'm') throw new Error(`unexpected sequence CSI ${parameters}${letter}`);
  }

  const terminal: FakeTerminal = {
    isTTY: true, columns, rows, written,
    write(text) {
      written.push(text);
      // oxlint-disable-next-line no-control-regex -- terminals are driven by them
      const tokens = text.matchAll(new RegExp('\u001B\\[([?\\d;]*)([A-Za-z])|(\\r)|(\\n)|([^\u001B\\r\\n]+)', 'g'));
      let length = 0;
      for (const [token, parameters, letter, carriageReturn, lineFeed, plain] of tokens) {
        length += token.length;
        if (letter !== undefined) control(parameters ?? '', letter);
        else if (carriageReturn) column = 0;
        else if (lineFeed) {
          row++;
          column = 0;
          screen[row] ??= '';
        } else if (plain !== undefined) {
          const line = (screen[row] ?? '').padEnd(column);
          screen[row] = line.slice(0, column) + plain + line.slice(column + plain.length);
          column += plain.length;
          if (cells(screen[row] ?? '') >= terminal.columns) throw new Error(`a line wraps: ${screen[row]}`);
          if (screen.length > terminal.rows) throw new Error('the view scrolls');
        }
      }
      if (length !== text.length) throw new Error(`a sequence that is none: ${JSON.stringify(text)}`);
    },
    lines: () => screen.map((line) => line.trimEnd()).join('\n').trimEnd().split('\n'),
    get cursorHidden() { return cursorHidden; },
  };
  return terminal;
}
