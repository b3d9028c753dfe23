import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../node/cli/errors.ts';
import { readMeasureOptions, type MeasureOptions } from '../../../node/cli/options.ts';

type Env = Readonly<Record<string, string>>;

const read = (args: string, env: Env = { NEAREST_RELAY_MAP: 'm' }, command: 'check' | 'watch' = 'check'): MeasureOptions =>
  readMeasureOptions(command, args.split(' ').filter(Boolean), env);

function errorOf(args: string, env?: Env, command?: 'check' | 'watch'): string {
  try {
    read(args, env, command);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error(`must be refused: ${args}`);
}

it('without a flag: one report by the default strategy, as text, with the usual checks', () => {
  const { strategy, ...rest } = read('--map relays.json', {});
  expect(strategy.name).toBe('steady');
  expect(rest).toEqual({ map: 'relays.json', format: 'text', repeat: 1, connect: false, traceAddresses: false, insecure: false, checks: ['portal', 'portmap'], fake: {}, verbose: false });
});

describe('what is said', () => {
  it.each<[string, Env, Partial<MeasureOptions>]>([
    ['', { NEAREST_RELAY_MAP: 'of the environment' }, { map: 'of the environment' }],
    ['--map=a', { NEAREST_RELAY_MAP: 'b' }, { map: 'a' }],
    ['--map -', {}, { map: '-' }],
    ['--map a --edge https://edge.test', {}, { map: 'a', edge: 'https://edge.test' }],
    ['--edge https://edge.test/', {}, { map: 'https://edge.test/v1/relays', edge: 'https://edge.test/' }],
    ['--format concise', {}, { format: 'concise' }],
    ['--timeout 800', {}, { timeoutMs: 800 }],
    ['--timeout 800ms', {}, { timeoutMs: 800 }],
    ['--timeout 1.5s', {}, { timeoutMs: 1_500 }],
    ['--timeout 2m', {}, { timeoutMs: 120_000 }],
    ['--timeout 1440m', {}, { timeoutMs: 86_400_000 }],
    ['--interval 0', {}, { intervalMs: 0 }],
    ['--interval 30s', {}, { intervalMs: 30_000 }],
    ['--repeat 3', {}, { repeat: 3 }],
    ['--state s --trace t --trace-addresses', {}, { state: 's', trace: 't', traceAddresses: true }],
    ['--insecure -v', {}, { insecure: true, verbose: true }],
    ['-4', {}, { family: 4 }],
    ['-6', {}, { family: 6 }],
    ['--checks hairpin', {}, { checks: ['hairpin'] }],
    ['--checks portal,hairpin,', {}, { checks: ['portal', 'hairpin'] }],
    ['--checks portal --no-checks', {}, { checks: [] }],
    ['--strategy netcheck-2022', {}, { checks: ['portal', 'portmap', 'hairpin'] }],
    ['--strategy netcheck', {}, { checks: ['portal', 'portmap'] }],
    ['--force fra', { NEAREST_RELAY_FORCE: 'par' }, { force: 'fra' }],
    ['', { NEAREST_RELAY_FORCE: 'par' }, { force: 'par' }],
    ['--fake fra=32,par=35.5', {}, { fake: { fra: 32, par: 35.5 } }],
    ['', { NEAREST_RELAY_FAKE: 'fra=1' }, { fake: { fra: 1 } }],
    ['--fake nyc=0', { NEAREST_RELAY_FAKE: 'fra=1' }, { fake: { nyc: 0 } }],
  ])('%s %o', (args, env, wanted) => {
    expect(read(args, { NEAREST_RELAY_MAP: 'm', ...env })).toMatchObject(wanted);
  });

  it('an empty variable is none', () => {
    const { force, fake } = read('', { NEAREST_RELAY_MAP: 'm', NEAREST_RELAY_FORCE: '', NEAREST_RELAY_FAKE: '' });
    expect({ force, fake }).toEqual({ force: undefined, fake: {} });
  });

  it.each([['steady', 'steady'], ['netcheck', 'netcheck'], ['netcheck-2022', 'netcheck-2022']])('--strategy %s', (name, wanted) => {
    expect(read(`--strategy ${name}`).strategy.name).toBe(wanted);
  });

  it.each<[string, MeasureOptions['metrics']]>([
    ['9100', { host: '127.0.0.1', port: 9_100 }],
    ['0', { host: '127.0.0.1', port: 0 }],
    ['0.0.0.0:9100', { host: '0.0.0.0', port: 9_100 }],
    ['[::1]:9100', { host: '::1', port: 9_100 }],
  ])('watch --metrics %s', (value, wanted) => {
    expect(read(`--metrics ${value}`, undefined, 'watch').metrics).toEqual(wanted);
  });
});

describe('what is refused, in one line that says what and where', () => {
  const time = 'must be a time such as 800, 800ms, 30s or 5m, from';
  it.each<[string, string]>([
    ['--strategy nearest', '--strategy nearest: not one of steady, netcheck, netcheck-2022'],
    ['--strategy toString', '--strategy toString: not one of steady, netcheck, netcheck-2022'],
    ['--format yaml', '--format yaml: not one of text, json, json-line, tailscale-json, concise'],
    ['--timeout 0', `--timeout 0: ${time} 1 ms to a day`],
    ['--timeout soon', `--timeout soon: ${time} 1 ms to a day`],
    ['--timeout=-5', `--timeout -5: ${time} 1 ms to a day`],
    ['--timeout 1h', `--timeout 1h: ${time} 1 ms to a day`],
    ['--timeout 1441m', `--timeout 1441m: ${time} 1 ms to a day`],
    ['--interval Infinity', `--interval Infinity: ${time} 0 ms to a day`],
    ['--repeat 0', '--repeat 0: must be a whole number from 1 to 1000000'],
    ['--repeat 1.5', '--repeat 1.5: must be a whole number from 1 to 1000000'],
    ['--repeat 0x10', '--repeat 0x10: must be a whole number from 1 to 1000000'],
    ['--checks portal,nat', '--checks nat: not one of portal, portmap, hairpin'],
    ['-4 -6', '-4 and -6 exclude one another'],
    ['--edge nowhere', '--edge: must be an http(s) URL'],
    ['--edge ftp://user:secret@edge.test', '--edge: must be an http(s) URL'],
    ['--fake fra', '--fake fra: must be CODE=MS, MS from 0 to 60000'],
    ['--fake fra=-1', '--fake fra=-1: must be CODE=MS, MS from 0 to 60000'],
    ['--fake fra=60001', '--fake fra=60001: must be CODE=MS, MS from 0 to 60000'],
    ['--bogus', "Unknown option '--bogus'"],
    ['stray', "Unexpected argument 'stray'"],
    ['--metrics 9100', "Unknown option '--metrics'"],
  ])('check %s', (args, message) => {
    expect(errorOf(args)).toBe(message);
  });

  it.each<[string, string]>([
    ['--repeat 3', "Unknown option '--repeat'"],
    ['--metrics 65536', '--metrics 65536: must be a whole number from 0 to 65535'],
    ['--metrics localhost', '--metrics localhost: must be PORT or HOST:PORT'],
  ])('watch %s', (args, message) => {
    expect(errorOf(args, undefined, 'watch')).toBe(message);
  });

  it('no map: says what there is', () => {
    const message = 'no relay map: give --map FILE or URL, --map tailscale (the public map) or --map lab (embedded relays), or set NEAREST_RELAY_MAP';
    expect(errorOf('', {})).toBe(message);
    expect(errorOf('--map=', {})).toBe(message);
  });

  it('a value is missing', () => {
    expect(errorOf('--map')).toMatch(/^Option '--map <value>' argument missing/);
  });
});
