import type { WriteStream } from 'node:tty';
import type { Listener, PickerEvent } from '../../universal/index.ts';

type Terminal = Pick<WriteStream, 'isTTY'>;

/** Colours: only on a terminal, and not where the user said no (https://no-color.org). */
export const usesColour = (stream: Terminal): boolean => stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';

/** Says notes on a terminal, and nothing elsewhere. */
export const noteWriter = (stream: Terminal & { write(text: string): unknown }): Listener<PickerEvent> => (event) => {
  if (stream.isTTY && event.type === 'note') stream.write(`note: ${event.message.replace(/\p{Cc}/gu, ' ')}\n`);
};
