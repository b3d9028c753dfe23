import { parseIp } from '../core/model/address.ts';
import { FleetError } from './fleet-error.ts';
import type { RelayNotice } from './notice.ts';
import type { LabOptions, LabRelay } from './options.ts';
import type { Weather } from './weather.ts';

/** What a field must be, in words, and whether a value is that. */
interface Rule {
  readonly wanted: string;
  readonly holds: (value: unknown) => boolean;
}
type Rules<T> = { readonly [Key in keyof Required<T>]: Rule };

const MOST_RELAYS = 256;
const LONGEST_MS = 60_000;

const within = (low: number, high: number): Rule => ({ wanted: `a number from ${low} to ${high}`, holds: (value) => typeof value === 'number' && value >= low && value <= high });
const whole = (low: number, high: number): Rule => ({ wanted: `a whole number from ${low} to ${high}`, holds: (value) => Number.isInteger(value) && within(low, high).holds(value) });
const oneOf = (...values: readonly string[]): Rule => ({ wanted: `one of ${values.join(', ')}`, holds: (value) => values.some((one) => one === value) });
const flag: Rule = { wanted: 'true or false', holds: (value) => typeof value === 'boolean' };
const text = (wanted: string, pattern: RegExp): Rule => ({ wanted, holds: (value) => typeof value === 'string' && pattern.test(value) });

const WEATHER: Rules<Weather> = {
  delayMs: within(0, LONGEST_MS),
  jitterMs: within(0, LONGEST_MS),
  lossRate: within(0, 1),
  udp: flag,
  tcp: oneOf('open', 'silent', 'refused'),
  dead: flag,
};

const RELAY: Rules<LabRelay> = {
  ...WEATHER,
  // Reports are objects keyed by such words: not one that every object has.
  code: text('up to 32 of a to z, 0 to 9 and -, and not `constructor`', /^(?!constructor$)[a-z0-9-]{1,32}$/),
  rttMs: within(0, LONGEST_MS),
  name: text('up to 100 printable characters', /^[^\p{C}]{1,100}$/u),
  latitude: within(-90, 90),
  longitude: within(-180, 180),
  dialect: oneOf('plain', 'tailscale'),
};

const OPTIONS: Rules<LabOptions> = {
  relays: { wanted: `a list of 1 to ${MOST_RELAYS} relays`, holds: (value) => Array.isArray(value) && value.length >= 1 && value.length <= MOST_RELAYS },
  host: {
    // Not a wildcard: it goes into the map, as what clients connect to.
    wanted: 'an IP address of this machine', holds: (value) => typeof value === 'string' && (parseIp(value)?.bytes.some((byte) => byte !== 0) ?? false),
  },
  ipv6: flag,
  seed: whole(0, 2 ** 32 - 1),
  port: whole(0, 65_534),
};

/** Fields of an object, each by its rule, none unknown; undefined is absent. */
function checkFields(value: unknown, path: string, rules: Readonly<Record<string, Rule>>, needed: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FleetError('wrong', path, 'must be an object');
  for (const [key, field] of Object.entries(value)) {
    const at = path ? `${path}.${key}` : key;
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (!rule) throw new FleetError('unknown', at, `no such field; there are ${Object.keys(rules).sort().join(', ')}`);
    if (field !== undefined && !rule.holds(field)) throw new FleetError('wrong', at, `must be ${rule.wanted}, is ${shown(field)}`);
  }
  for (const key of needed) {
    if (!(key in value) || value[key as keyof typeof value] === undefined) throw new FleetError('missing', path ? `${path}.${key}` : key, 'is missing');
  }
}

/** A value as an error may quote it. */
const shown = (value: unknown): string => (JSON.stringify(value) ?? typeof value).slice(0, 60);

/** @throws FleetError */
export function checkOptions(value: unknown): LabOptions {
  checkFields(value, '', OPTIONS, ['relays']);
  const options = value as LabOptions;
  const codes = new Set<string>();
  for (const [index, relay] of options.relays.entries()) {
    const path = `relays[${index}]`;
    checkFields(relay, path, RELAY, ['code', 'rttMs']);
    if ((relay.latitude === undefined) !== (relay.longitude === undefined)) throw new FleetError('missing', path, 'needs both latitude and longitude, or none');
    if (codes.has(relay.code)) throw new FleetError('duplicate', `${path}.code`, `${shown(relay.code)} is there already`);
    codes.add(relay.code);
  }
  const last = (options.port ?? 0) + 2 * options.relays.length - 1;
  if ((options.port ?? 0) > 0 && last > 65_535) throw new FleetError('wrong', 'port', `leaves no room for ${options.relays.length} relays of two ports`);
  return options;
}

function checkCode(code: string, codes: readonly string[]): void {
  if (!codes.includes(code)) throw new FleetError('unknown', 'code', `no relay ${shown(code)}; there are ${codes.join(', ')}`);
}

const UINT32 = whole(0, 2 ** 32 - 1);
const NOTICES: Readonly<Record<RelayNotice['type'], Readonly<Record<string, Rule>>>> = {
  restarting: { type: oneOf('restarting'), reconnectInMs: UINT32, tryForMs: UINT32 },
  health: { type: oneOf('health'), problem: { wanted: 'up to 1,000 characters', holds: (value) => typeof value === 'string' && value.length <= 1000 } },
};

/** @throws FleetError */
export function checkNotice(code: string, codes: readonly string[], notice: RelayNotice): RelayNotice {
  checkCode(code, codes);
  const rules = NOTICES[notice.type === 'health' ? 'health' : 'restarting'];
  checkFields(notice, '', rules, Object.keys(rules));
  return notice;
}

/** @throws FleetError */
export function checkWeather(code: string, codes: readonly string[], weather: Partial<Weather>): Partial<Weather> {
  checkCode(code, codes);
  checkFields(weather, '', WEATHER, []);
  // Fields that are undefined are absent: they must not overwrite what is.
  return Object.fromEntries(Object.entries(weather).filter(([, field]) => field !== undefined));
}

/**
 * Reads the fleet file of `nearest-relay lab --fleet FILE`: the options of `createLab` as JSON, `{ "relays": [ … ] }`.
 *
 * @throws FleetError that names where in the document it is wrong
 */
export function parseFleet(input: string | object): LabOptions {
  if (typeof input !== 'string') return checkOptions(input);
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch (error) {
    throw new FleetError('not-json', '', `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return checkOptions(value);
}
