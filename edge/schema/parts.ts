import * as v from 'valibot';
import { kinds, type Kind } from '../../core/model/kind.ts';

/** An hour. */
export const mostDurationMs = 3_600_000;
export const mostCount = 1_000_000;

/** Ms. JSON has no NaN and no Infinity, but 1e999 reads as the latter. */
export const duration: v.GenericSchema<number> = v.pipe(v.number(), v.minValue(0), v.maxValue(mostDurationMs));
export const epochMs: v.GenericSchema<number> = v.pipe(v.number(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
export const count: v.GenericSchema<number> = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostCount));
export const kind: v.GenericSchema<Kind> = v.picklist(kinds);
/** Text of a length that no honest document exceeds. */
export const text = (most: number): v.GenericSchema<string> => v.pipe(v.string(), v.maxLength(most));
