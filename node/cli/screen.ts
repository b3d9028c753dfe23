/** What is needed of `process.stdout` or `process.stderr`. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Lines at the end of a terminal that are drawn over again and again. */
export interface Screen {
  /** Cells that a line may take and lines that fit, at this moment. */
  size(): { readonly width: number; readonly height: number };
  /** Replaces what was drawn before. Lines must fit; one write, so that nothing flickers. */
  draw(lines: readonly string[]): void;
  /** Takes away what was drawn. */
  erase(): void;
  /** Leaves what was drawn, and goes on below it. */
  leave(): void;
}

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const TO_LINE_START = '\r';
const ERASE_LINE = '\u001B[2K';
const ERASE_BELOW = '\u001B[J';
const CLEAR_ALL = '\u001B[2J\u001B[H';
const up = (lines: number): string => (lines > 0 ? `\u001B[${lines}A` : '');

export function createScreen(stream: TerminalStream): Screen {
  let drawn = 0;
  let drawnColumns = 0;
  const columns = (): number => stream.columns || 80;
  const rows = (): number => stream.rows || 24;
  // A terminal that was made smaller has wrapped or scrolled what was drawn, nobody knows how far: start afresh.
  const toTop = (): string => (columns() < drawnColumns || rows() < drawn ? CLEAR_ALL : TO_LINE_START + up(drawn - 1));

  return {
    // The last column stays free: a full line makes terminals wrap at different moments. The last line holds the cursor.
    size: () => ({ width: Math.max(1, columns() - 1), height: Math.max(1, rows() - 1) }),
    draw(lines) {
      stream.write((drawn === 0 ? HIDE_CURSOR : '') + toTop() + lines.map((line) => ERASE_LINE + line).join('\n') + ERASE_BELOW);
      drawn = lines.length;
      drawnColumns = columns();
    },
    erase() {
      if (drawn === 0) return;
      stream.write(`${toTop()}${ERASE_LINE}${ERASE_BELOW}${SHOW_CURSOR}`);
      drawn = drawnColumns = 0;
    },
    leave() {
      if (drawn === 0) return;
      stream.write(`\n${SHOW_CURSOR}`);
      drawn = drawnColumns = 0;
    },
  };
}
