const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII_LEVELS = ['_', '.', '-', '=', '+', '*', '#', '@'];

/** A bar of at most `width` cells whose length is to `width` as `value` to `max`, to an eighth of a cell. */
export function bar(value: number, max: number, width: number, ascii = false): string {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  if (ascii) return '='.repeat(Math.max(value > 0 ? 1 : 0, Math.round(share * width)));
  // What answered shows: no latency is so short that its bar is nothing.
  const eighths = Math.max(value > 0 ? 1 : 0, Math.round(share * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

/** What a region did in one report: a latency, nothing although it was asked, or it was not asked. */
export type Tick = number | 'lost' | undefined;

/**
 * One character a report: latency as height, `×` where no answer came, a gap where nothing was asked. The foot is the
 * lowest latency; the height spans at least as much again, so that a millisecond of noise on a far region stays flat.
 */
export function sparkline(ticks: readonly Tick[], ascii = false): string {
  const heard = ticks.filter((tick) => typeof tick === 'number');
  const lowest = Math.min(...heard);
  const span = Math.max(Math.max(...heard) - lowest, lowest, 1);
  const levels = ascii ? ASCII_LEVELS : LEVELS;
  return ticks.map((tick) => {
    if (typeof tick !== 'number') return tick === undefined ? ' ' : ascii ? 'x' : '×';
    return levels[Math.round(((tick - lowest) / span) * (levels.length - 1))] ?? ' ';
  }).join('');
}
