import { code, count, duration, epochMs, flag, kind } from './parts.ts';
import { list, object, record, type Schema } from './schema.ts';

const number: Schema = { type: 'number' };
const string: Schema = { type: 'string' };
const ageMs: Schema = { type: 'number', minimum: 0 };
const degrees = (most: number): Schema => ({ type: 'number', minimum: -most, maximum: most });

export const problem: Schema = object(
  { type: string, title: string, status: { type: 'integer', minimum: 400, maximum: 599 }, detail: string },
  { errors: list(object({ path: string, message: string })) },
);

export const latency: Schema = object({ location: code, at: epochMs, regions: record(code, object({ ageMs }, { latencyMs: duration, kind, missed: count })) });

/** A bound says nothing of what is no number: a duration, or null. */
const orNull: Schema = { minimum: 0 };

export const hint: Schema = object(
  { location: code, ranked: list(code), ageMs, basis: { enum: ['measured', 'clients', 'place'] } },
  { latencyMs: record(code, duration), vantages: object({ regions: list(code), latencyMs: list(list(orNull)) }), notes: list(object({ code: string, message: string })) },
);

export const settingsRegions: Schema = object({ regions: list(object({ region: code, url: string }, { distance: { type: 'integer', minimum: 0 } })) });

export const health: Schema = object({ status: { const: 'ok' }, regions: count });

const node: Schema = object(
  { name: string, host: string },
  {
    ipv4: string, ipv6: string, stun: object({ port: count, dialect: { enum: ['plain', 'tailscale'] } }), https: object({ port: count, path: string, scheme: { enum: ['https', 'http'] } }),
    derp: object({ port: count }), websocket: string, turn: object({ urls: list(string) }),
  },
);

export const relayMap: Schema = object({
  version: { const: 1 },
  regions: list(object(
    { id: code, code, name: string, nodes: list(node) },
    { latitude: degrees(90), longitude: degrees(180), avoid: flag, noHome: flag, latencyFactor: number, weight: number, service: string },
  )),
});
