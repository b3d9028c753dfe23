import { expect } from 'vitest';
import type { Decision, Report, Timing } from '../../../core/index.ts';

export const objectOf = (value: unknown): object => {
  expect(value).toBeTypeOf('object');
  return Object(value) as object;
};

const sorts: Readonly<Record<string, (value: unknown) => boolean>> = {
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  share: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  count: (value) => Number.isInteger(value) && Number(value) >= 0,
  text: (value) => typeof value === 'string',
  flag: (value) => typeof value === 'boolean',
  list: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  kind: (value) => ['stun', 'ice', 'https', 'tcp', 'websocket', 'icmp', 'turn', 'fake'].includes(String(value)),
  family: (value) => value === 4 || value === 6,
};

/** Each field by its sort; one with a `?` may be absent. Others may not be there. */
function expectFields(value: unknown, fields: string): void {
  const rules = fields.split(' ').map((field) => field.split(':') as [string, string]);
  const found = new Map(Object.entries(objectOf(value)));
  for (const [name, sort] of rules) {
    const key = name.replace('?', '');
    if (name.endsWith('?') && !found.has(key)) continue;
    expect(sorts[sort]?.(found.get(key)), `${key} must be a ${sort}: ${JSON.stringify(found.get(key))}`).toBe(true);
    found.delete(key);
  }
  expect([...found.keys()]).toEqual([]);
}

export interface Result {
  readonly report: Report;
  readonly decision: Decision;
  readonly timing: Timing;
}

/** Checks a result of `check` or `watch` in JSON against the form that other programs rely on. */
export function readResult(value: unknown): Result {
  const result = objectOf(value) as Result & { version?: unknown; type?: unknown; at?: unknown };
  if (result.type === undefined) expectFields(result, 'version:count report:object decision:object timing:object');
  else expectFields(result, 'type:text at:number report:object decision:object timing:object');
  if (result.type === undefined) expect(result.version).toBe(1);
  else expect([result.type, result.at]).toEqual(['report', result.report.at]);
  const { report, decision, timing } = result;
  expectFields(report, 'at:number full:flag durationMs:number strategy:text mapSource?:text udp?:flag ipv4?:flag ipv6?:flag ipv4CanSend?:flag ipv6CanSend?:flag osHasIpv6?:flag icmpv4?:flag '
    + 'mappingVariesByDestIp?:flag hairpinning?:flag captivePortal?:flag portMapping?:object globalV4?:text globalV6?:text globalCounters?:object notes:list regions:object');
  for (const region of Object.values(report.regions)) {
    expectFields(region, 'code:text latencyMs?:number lateMs?:number kind?:kind family?:family v4Ms?:number v6Ms?:number rankMs?:number kinds?:object samples:count lost:count atLeastMs?:number atLeastBy?:text doubt:list skipped?:text');
    for (const [kind, of] of Object.entries(region.kinds ?? {})) {
      expect(sorts['kind']?.(kind)).toBe(true);
      expectFields(of, 'ms?:number v4Ms?:number v6Ms?:number samples:count lost:count');
    }
    if (region.latencyMs === undefined && region.skipped === undefined) expect(region.lost).toBeGreaterThanOrEqual(1);
  }
  expectFields(decision, 'home?:text previous?:text changed:flag state:text sure:share ageMs:number reason:text why:object equals:list sentence:text');
  expectFields(timing, 'firstAnswerMs?:number decisionMs?:number settledMs?:number totalMs:number packetsSent:count bytesSent:count estimated:object');
  expectFields(timing.estimated, 'packets:count bytes:count');
  return { report, decision, timing };
}
