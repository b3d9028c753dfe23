import { expect, it } from 'vitest';
import { namesSource } from '../../../node/cli/errors.ts';

it.each<[string, string, string[], Record<string, string>, string]>([
  ['the variable, where that gave it', '--map x: there is no such file', ['check'], { NEAREST_RELAY_MAP: 'x' }, 'NEAREST_RELAY_MAP x: there is no such file'],
  ['the same without a value', '--map: not a URL', [], { NEAREST_RELAY_MAP: 'http:' }, 'NEAREST_RELAY_MAP: not a URL'],
  ['the flag, where that goes first', '--map x: there is no such file', ['--map', 'x'], { NEAREST_RELAY_MAP: 'y' }, '--map x: there is no such file'],
  ['the flag, written as one word', '--fake x: must be', ['--fake=x'], { NEAREST_RELAY_FAKE: 'y' }, '--fake x: must be'],
  ['the map of an edge', '--map http://e/v1/relays: could not fetch it', ['--edge', 'http://e'], { NEAREST_RELAY_MAP: 'y' }, '--map http://e/v1/relays: could not fetch it'],
  ['a forced region', '--force zz: the map has no region', ['--map', 'lab'], { NEAREST_RELAY_FORCE: 'zz' }, 'NEAREST_RELAY_FORCE zz: the map has no region'],
  ['another flag', '--format x: not one of', ['--format', 'x'], { NEAREST_RELAY_MAP: 'y' }, '--format x: not one of'],
  ['no flag', 'no relay map: give --map', [], { NEAREST_RELAY_MAP: '' }, 'no relay map: give --map'],
])('a message names %s', (_, message, args, env, said) => {
  expect(namesSource(message, args, env)).toBe(said);
});
