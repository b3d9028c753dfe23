/**
 * Text from relay maps and relays, made safe to print: whole terminal sequences go, then every control, format (bidi
 * overrides, zero-width) and line-separating character, and lone surrogates. White space becomes one space, and piled-up
 * combining marks are thinned, so that a name keeps to its line.
 */
export function clean(text: string): string {
  return text
    // CSI, then OSC, DCS, SOS, PM and APC strings with their ends, in both the 7 bit and the 8 bit form (ECMA-48).
    // oxlint-disable-next-line no-control-regex -- they are what is taken out
    .replace(/(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]/g, '')
    // oxlint-disable-next-line no-control-regex -- as above
    .replace(/(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?/g, '')
    .replace(/[\p{Cf}\p{Cs}\uFE0E\uFE0F]/gu, '')
    // Before white space is folded: a control between two spaces would leave both. Tabs and line breaks are controls and white space.
    .replace(/(?!\s)\p{Cc}/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .trim();
}

// East Asian Wide and Fullwidth (Unicode Standard Annex 11) by block, and what shows as a picture. A flag is two halves of one cell each.
const WIDE = /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
const HALF_FLAG = /\p{Regional_Indicator}/u;

function cellsOf(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) && !HALF_FLAG.test(character) ? 2 : 1;
}

/** How many cells of a terminal the text takes. Near enough to keep columns: terminals disagree on newer emoji. */
export function cells(text: string): number {
  let sum = 0;
  for (const character of text) sum += cellsOf(character);
  return sum;
}

/** The text in at most `width` cells, cut with `mark` where it is longer. */
export function cut(text: string, width: number, mark = '…'): string {
  if (cells(text) <= width) return text;
  const room = width - cells(mark);
  if (room < 0) return '';
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += cellsOf(character);
    if (used > room) break;
    kept += character;
  }
  return kept + mark;
}

/** Exactly `width` cells: cut or filled up with spaces. */
export function fit(text: string, width: number, mark = '…'): string {
  const short = cut(text, width, mark);
  return short + ' '.repeat(Math.max(0, width - cells(short)));
}

/** Lines of at most `width` cells, broken at spaces; a longer word keeps its line to itself, cut. */
export function wrap(text: string, width: number, mark = '…'): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (cells(longer) <= width || line === '') line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((one) => cut(one, width, mark));
}
