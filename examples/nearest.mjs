import { readFile } from 'node:fs/promises';
import { parseRelayMap } from 'nearest-relay';
import { nearest } from 'nearest-relay/node';

const map = parseRelayMap(await readFile('relays.json', 'utf8'));
const { home, decision } = await nearest({ map });
console.log(home?.region.code, home?.nodes[0]?.host);
console.log(decision.sentence);
