import type { WriteStream } from 'node:tty';

/** Colours: only on a terminal, and not where the user said no (https://no-color.org). */
export const usesColour = (stream: Pick<WriteStream, 'isTTY'>): boolean => stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
