import type { PickerEvent } from '../../../core/events.ts';
import type { Kind } from '../../../core/model/kind.ts';
import type { RelayMap } from '../../../core/model/map.ts';
import type { Context } from '../../../core/model/context.ts';
import type { Decision } from '../../../core/model/decision.ts';
import type { Report } from '../../../core/model/report.ts';
import { decisionFor, reportOf, timing } from './samples.ts';

const contextOf = (map: RelayMap): Context => ({ now: 0, full: true, map, families: { v4: true, v6: false }, clientKey: 'test', chance: 0.5 });

export const started = (map: RelayMap): PickerEvent => ({ type: 'started', at: 0, full: true, context: contextOf(map), state: {}, restarted: false });
export const probed = (region: string, kind: Kind = 'stun', family?: 4 | 6): PickerEvent => ({ type: 'probe', atMs: 0, region, node: `${region}a`, kind, ...(family && { family }) });
export const heard = (region: string, latencyMs: number, kind: Kind = 'stun', family?: 4 | 6): PickerEvent =>
  ({ type: 'sample', atMs: latencyMs, region, node: `${region}a`, sample: { kind, latencyMs, ...(family && { family }) } });

export const reported = (map: RelayMap, report: Partial<Report>, decision: Decision = decisionFor('1'), waitMs?: number): Extract<PickerEvent, { type: 'report' }> => {
  const whole = reportOf(report);
  return { type: 'report', at: whole.at, report: whole, decision, timing, context: contextOf(map), ...(waitMs !== undefined && { waitMs }) };
};
