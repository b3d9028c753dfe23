import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../node/cli/errors.ts';
import { readServeOptions } from '../../../node/cli/serve-options.ts';

describe('flags of serve', () => {
  it('defaults: loopback, in memory, nobody else may read the fleet', () => {
    expect(readServeOptions(['--map', 'lab'], {})).toEqual({ map: 'lab', host: '127.0.0.1', port: 8787, trustProxy: false, access: 'closed' });
  });

  it.each([
    { args: ['--map', 'm.json', '--port', '0', '--host', '[::]', '--location', 'FRA', '--data', 'f', '--trust-proxy'], env: { FLEET_TOKEN: 'secret' }, is: { map: 'm.json', host: '::', port: 0, location: 'FRA', data: 'f', trustProxy: true, access: { token: 'secret' } } },
    { args: [], env: { NEAREST_RELAY_MAP: 'lab', PUBLIC_FLEET: '1', FLEET_TOKEN: 'secret' }, is: { map: 'lab', access: 'open' } },
    { args: ['--map', 'lab'], env: { PUBLIC_FLEET: '0', FLEET_TOKEN: '' }, is: { access: 'closed' } },
  ])('$args', ({ args, env, is }) => {
    expect(readServeOptions(args, env)).toMatchObject(is);
  });

  it.each([
    [[], {}, 'no relay map'],
    [['--map', 'lab', '--port', '70000'], {}, '--port 70000'],
    [['--map', 'lab', '--location', 'a b'], {}, '--location'],
    [['--map', 'lab', '--location', '"'], {}, '--location'],
    [['--map', 'lab', '--data', ''], {}, '--data'],
    [['--map', 'lab'], { FLEET_TOKEN: 'two words' }, 'FLEET_TOKEN'],
    [['--map', 'lab', '--strategy', 'steady'], {}, '--strategy'],
  ])('%j is refused', (args, env, says) => {
    expect(() => readServeOptions(args, env)).toThrow(UsageError);
    expect(() => readServeOptions(args, env)).toThrow(says);
  });
});
