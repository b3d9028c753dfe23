import { kinds } from '../../core/model/kind.ts';
import type { Schema } from './schema.ts';

/** Ms, up to an hour. JSON has no NaN and no Infinity, but 1e999 reads as the latter. */
export const duration: Schema = { type: 'number', minimum: 0, maximum: 3_600_000 };
export const epochMs: Schema = { type: 'number', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
export const count: Schema = { type: 'integer', minimum: 0, maximum: 1_000_000 };
export const flag: Schema = { type: 'boolean' };
export const kind: Schema = { enum: kinds };
/** Text of a length that no honest document exceeds. */
export const text = (maxLength: number): Schema => ({ type: 'string', maxLength });
export const code: Schema = text(100);
