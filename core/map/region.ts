import type { Region } from '../model/map.ts';
import { url, word } from './checks.ts';
import { MAX_NODES } from './limits.ts';
import { readNode } from './node.ts';
import { present } from '../model/present.ts';
import { type Complain, fail, type Field, type Fields, flag, items, numberIn, required, text } from './reader.ts';

/** How a kind of map is read: what is done about oddities, how a node's fields are found, which ids and codes were there. */
export interface RegionReader {
  readonly complain: Complain;
  readonly nodeFields: (node: Field) => Fields;
  readonly ids: Set<string>;
  readonly codes: Set<string>;
}

/** Reads a region by the names of our form. Its code defaults to its id, its name to its code. */
export function readRegion(from: Fields, { complain, nodeFields, ids, codes }: RegionReader): Region {
  const id = word(from('id'), readId(required(from('id'))), ids, fail);
  const code = word(from('code'), text(from('code')) ?? id, codes, complain);
  const latitude = numberIn('a number from -90 to 90', -90, 90)(from('latitude'));
  const longitude = numberIn('a number from -180 to 180', -180, 180)(from('longitude'));
  if (latitude !== undefined) required(from('longitude'));
  if (longitude !== undefined) required(from('latitude'));
  const names = new Set<string>();
  return present({
    id,
    code,
    name: text(from('name')) ?? code,
    latitude,
    longitude,
    avoid: flag(from('avoid')) ?? false,
    noHome: flag(from('noHome')) ?? false,
    latencyFactor: numberIn('a number')(from('latencyFactor')) ?? 1,
    weight: numberIn('a number of 0 or more', 0)(from('weight')) ?? 1,
    service: url(from('service'), ['https:', 'http:', 'wss:', 'ws:']),
    nodes: items(from('nodes'), MAX_NODES).map((node) => readNode(nodeFields(node), names, complain)),
  });
}

/** Text, or a whole number: that can only mean its decimal text, and DERP maps have numbers. */
const readId = (field: Field): string => (Number.isSafeInteger(field.value) ? String(field.value) : text(field)) ?? '';
