import * as v from 'valibot';
import { count, duration, epochMs, kind, text } from './parts.ts';

const code = text(100);
const ageMs = v.pipe(v.number(), v.minValue(0));
const degrees = (most: number) => v.pipe(v.number(), v.minValue(-most), v.maxValue(most));

export const problem: v.GenericSchema = v.object({
  type: v.string(), title: v.string(), status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)), detail: v.string(),
  errors: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
});

export const latency: v.GenericSchema = v.object({
  location: code,
  at: epochMs,
  regions: v.record(code, v.object({ latencyMs: v.optional(duration), kind: v.optional(kind), ageMs, missed: v.optional(count) })),
});

export const hint: v.GenericSchema = v.object({
  location: code,
  ranked: v.array(code),
  latencyMs: v.optional(v.record(code, duration)),
  ageMs,
  basis: v.picklist(['measured', 'clients', 'place']),
  notes: v.optional(v.array(v.object({ code: v.string(), message: v.string() }))),
});

export const settingsRegions: v.GenericSchema = v.object({
  regions: v.array(v.object({ region: code, url: v.string(), distance: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))) })),
});

export const health: v.GenericSchema = v.object({ status: v.literal('ok'), regions: count });

const node = v.object({
  name: v.string(), host: v.string(), ipv4: v.optional(v.string()), ipv6: v.optional(v.string()),
  stun: v.optional(v.object({ port: count, dialect: v.picklist(['plain', 'tailscale']) })),
  https: v.optional(v.object({ port: count, path: v.string(), scheme: v.picklist(['https', 'http']) })),
  derp: v.optional(v.object({ port: count })),
  websocket: v.optional(v.string()),
  turn: v.optional(v.object({ urls: v.array(v.string()) })),
});

export const relayMap: v.GenericSchema = v.object({
  version: v.literal(1),
  regions: v.array(v.object({
    id: code, code, name: v.string(), latitude: v.optional(degrees(90)), longitude: v.optional(degrees(180)),
    avoid: v.optional(v.boolean()), noHome: v.optional(v.boolean()), latencyFactor: v.optional(v.number()), weight: v.optional(v.number()),
    service: v.optional(v.string()), nodes: v.array(node),
  })),
});
