import { closeSync, openSync, writeSync } from 'node:fs';
import { traceRecorder, type Listener, type PickerEvent } from '../../universal/index.ts';
import { UsageError } from './errors.ts';

/** A trace in a file: appended to line by line, so that an interrupted run keeps what it recorded. */
export function traceFile(path: string, options: Pick<Parameters<typeof traceRecorder>[0], 'strategy' | 'addresses'>): { readonly onEvent: Listener<PickerEvent>; close(): void } {
  let file: number;
  try {
    file = openSync(path, 'w', 0o600);
  } catch (error) {
    throw new UsageError(`--trace ${path}: ${(error as Error).message}`);
  }
  return {
    onEvent: traceRecorder({ ...options, write: (line) => void writeSync(file, line) }),
    close: () => closeSync(file),
  };
}
