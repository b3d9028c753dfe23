import type { MapNote, RelayMap } from '../model/map.ts';
import { MAX_REGIONS } from './limits.ts';
import { fail, type Field, fieldsOf, items, optional, required, text } from './reader.ts';
import { readRegion } from './region.ts';

/**
 * Reads our own form. Strict: what is there must be right. Fields that are unknown are ignored, so that newer maps load.
 *
 * `notes` are what was odd in the document that a map was first read from, such as a DERP map with two nodes of one name.
 * A map that carries notes keeps them and is not held to those rules again: so any map survives being written and read.
 */
export function readOurs(document: Field): RelayMap {
  const from = fieldsOf(document);
  optional(required(from('version')), '1', (value) => value === 1, true);
  const notes = from('notes').value === undefined ? [] : items(from('notes'), Infinity).map(readNote);
  const reader = { complain: notes.length > 0 ? () => {} : fail, nodeFields: fieldsOf, ids: new Set<string>(), codes: new Set<string>() };
  const regions = items(from('regions'), MAX_REGIONS).map((region) => readRegion(fieldsOf(region), reader));
  return { version: 1, regions, ...(notes.length > 0 && { notes }) };
}

function readNote(note: Field): MapNote {
  const from = fieldsOf(note);
  const word = (name: string): string => text(required(from(name))) ?? '';
  return { code: word('code'), path: word('path'), message: word('message') };
}
