import { parseArgs } from 'node:util';
import { steady, netcheck, type Strategy } from '../../core/index.ts';
import { edgeUrl } from '../../universal/edge.ts';
import { UsageError } from './errors.ts';

/** What `check` and `watch` understand. */
export interface MeasureOptions {
  readonly map: string;
  /** URL of an edge, whose hint is measured first. */
  readonly edge?: string;
  readonly strategy: Strategy;
  readonly format: Format;
  readonly timeoutMs?: number;
  readonly repeat: number;
  readonly intervalMs?: number;
  readonly state?: string;
  readonly trace?: string;
  readonly traceAddresses: boolean;
  readonly insecure: boolean;
  readonly checks: readonly CheckName[];
  readonly family?: 4 | 6;
  readonly force?: string;
  readonly fake: Readonly<Record<string, number>>;
  readonly verbose: boolean;
  /** `watch` only: hold a connection to the home. */
  readonly connect: boolean;
  /** `[HOST:]PORT`, `watch` only. */
  readonly metrics?: { readonly host: string; readonly port: number };
}

const formats = ['text', 'json', 'json-line', 'tailscale-json', 'concise'] as const;
type Format = (typeof formats)[number];
const checkNames = ['portal', 'portmap', 'hairpin'] as const;
type CheckName = (typeof checkNames)[number];

/** By the names that `--strategy` takes. */
export const strategies: Readonly<Record<string, () => Strategy>> = {
  steady: () => steady() as Strategy,
  netcheck: () => netcheck() as Strategy,
  'netcheck-2022': () => netcheck({ edition: 2022 }) as Strategy,
};

/** Strategies by their names, joined by commas. Throws `UsageError`. */
export function readStrategies(names: string): Strategy[] {
  return [...new Set(names.split(','))].map((name) => {
    const make = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
    if (!make) throw new UsageError(`--strategy ${name}: not one of ${Object.keys(strategies).join(', ')}`);
    return make();
  });
}

const measureFlags = {
  map: { type: 'string' },
  edge: { type: 'string' },
  strategy: { type: 'string' },
  format: { type: 'string' },
  timeout: { type: 'string' },
  interval: { type: 'string' },
  state: { type: 'string' },
  trace: { type: 'string' },
  'trace-addresses': { type: 'boolean' },
  insecure: { type: 'boolean' },
  checks: { type: 'string' },
  'no-checks': { type: 'boolean' },
  '4': { type: 'boolean', short: '4' },
  '6': { type: 'boolean', short: '6' },
  force: { type: 'string' },
  fake: { type: 'string' },
  verbose: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the flags of `check` or `watch`. Throws `UsageError`. */
export function readMeasureOptions(command: 'check' | 'watch', args: readonly string[], env: Readonly<Record<string, string | undefined>>): MeasureOptions {
  const values = parse(args, command === 'check' ? { ...measureFlags, repeat: { type: 'string' } } : { ...measureFlags, connect: { type: 'boolean' }, metrics: { type: 'string' } });
  const text = (name: string): string | undefined => values[name] as string | undefined;
  const edge = readEdge(text('edge'));
  const map = text('map') ?? (edge && edgeUrl(edge, '/v1/relays')) ?? env['NEAREST_RELAY_MAP'];
  if (!map) throw new UsageError('no relay map: give --map FILE or URL, --map tailscale (the public map) or --map lab (embedded relays), or set NEAREST_RELAY_MAP');
  const strategyName = text('strategy') ?? 'steady';
  const makeStrategy = strategies[strategyName];
  if (!makeStrategy || !Object.hasOwn(strategies, strategyName)) throw new UsageError(`--strategy ${strategyName}: not one of ${Object.keys(strategies).join(', ')}`);
  if (values['4'] && values['6']) throw new UsageError('-4 and -6 exclude one another');
  const timeoutMs = duration('--timeout', text('timeout'));
  const intervalMs = duration('--interval', text('interval'), 0);
  const state = text('state');
  const trace = text('trace');
  const force = text('force') ?? env['NEAREST_RELAY_FORCE'];
  return {
    map,
    ...(edge !== undefined && { edge }),
    strategy: makeStrategy(),
    format: oneOf('--format', text('format') ?? 'text', formats),
    ...(timeoutMs !== undefined && { timeoutMs }),
    repeat: whole('--repeat', text('repeat') ?? '1', 1, 1_000_000),
    ...(intervalMs !== undefined && { intervalMs }),
    ...(state !== undefined && { state }),
    ...(trace !== undefined && { trace }),
    traceAddresses: values['trace-addresses'] === true,
    insecure: values['insecure'] === true,
    checks: values['no-checks'] ? [] : readChecks(text('checks'), strategyName),
    ...(values['4'] === true && { family: 4 as const }),
    ...(values['6'] === true && { family: 6 as const }),
    ...(force && { force }),
    fake: readFake(text('fake') ?? env['NEAREST_RELAY_FAKE']),
    verbose: values['verbose'] === true,
    connect: values['connect'] === true,
    ...readMetrics(text('metrics')),
  };
}

type Flags = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

/** The flags' values. Throws `UsageError` with what Node says of it, in one line. */
export const parse = (args: readonly string[], options: Flags): Record<string, unknown> => parseWithFiles(args, options, false).values;

/** The same for commands that take files as well. */
export function parseWithFiles(args: readonly string[], options: Flags, allowPositionals = true): { readonly values: Record<string, unknown>; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals });
  } catch (error) {
    throw new UsageError(String((error as Error).message).split('\n')[0]?.split('. ')[0] ?? 'bad usage');
  }
}

export function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (found === undefined) throw new UsageError(`${flag} ${value}: not one of ${allowed.join(', ')}`);
  return found;
}

export function whole(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) throw new UsageError(`${flag} ${text}: must be a whole number from ${min} to ${max}`);
  return value;
}

/** Ms: a number, or one with a unit (`500ms`, `30s`, `5m`). */
function duration(flag: string, text: string | undefined, minMs = 1): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  const ms = Number(digits) * { ms: 1, s: 1_000, m: 60_000 }[unit as 'ms' | 's' | 'm'];
  if (!(ms >= minMs && ms <= 86_400_000)) throw new UsageError(`${flag} ${text}: must be a time such as 800, 800ms, 30s or 5m, from ${minMs} ms to a day`);
  return ms;
}

function readChecks(text: string | undefined, strategy: string): CheckName[] {
  if (text === undefined) return strategy === 'netcheck-2022' ? ['portal', 'portmap', 'hairpin'] : ['portal', 'portmap'];
  return text.split(',').filter((name) => name !== '').map((name) => oneOf('--checks', name, checkNames));
}

/** `fra=32,par=35`: latencies by region code. */
function readFake(text: string | undefined): Record<string, number> {
  const fake: Record<string, number> = {};
  for (const part of (text ?? '').split(',').filter((item) => item !== '')) {
    const [, code, ms] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(part) ?? [];
    if (code === undefined || !(Number(ms) <= 60_000)) throw new UsageError(`--fake ${part}: must be CODE=MS, MS from 0 to 60000`);
    fake[code] = Number(ms);
  }
  return fake;
}

function readEdge(text: string | undefined): string | undefined {
  // What is wrong in it may be in its password: it is not repeated.
  if (text !== undefined && !(/^https?:\/\//i.test(text) && URL.canParse(text))) throw new UsageError('--edge: must be an http(s) URL');
  return text;
}

function readMetrics(text: string | undefined): { metrics?: { host: string; port: number } } {
  if (text === undefined) return {};
  const [, host = '127.0.0.1', port] = /^(?:(.+):)?(\d+)$/.exec(text) ?? [];
  if (port === undefined) throw new UsageError(`--metrics ${text}: must be PORT or HOST:PORT`);
  return { metrics: { host: host.replace(/^\[|\]$/g, ''), port: whole('--metrics', port, 0, 65_535) } };
}
