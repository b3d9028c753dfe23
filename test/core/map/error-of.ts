import { RelayMapError } from '../../../core/errors.ts';
import { parseRelayMap } from '../../../core/map/parse.ts';

/** The error that the document is refused with. Any other error, or none, fails the test. */
export function errorOf(document: unknown): RelayMapError {
  try {
    parseRelayMap(document as object);
  } catch (error) {
    if (error instanceof RelayMapError) return error;
    throw error;
  }
  throw new Error('the document was taken');
}
