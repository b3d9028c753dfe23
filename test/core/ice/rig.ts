import { decisionOf } from '../../../core/choice/decision-of.ts';
import type { GetCredentials, TurnCredentials } from '../../../core/ice/credentials.ts';
import type { IceServersEvent } from '../../../core/ice/events.ts';
import { openLive, type Fed, type LiveOptions } from '../../../core/ice/live.ts';
import type { Preferences } from '../../../core/model/context.ts';
import type { RelayMap, RelayNode } from '../../../core/model/map.ts';
import type { RegionReport, Report } from '../../../core/model/report.ts';
import { virtualClock, type VirtualClock } from '../../virtual-clock.ts';

export const turnNode = (code: string): RelayNode => ({ name: code, host: `${code}.test`, stun: { port: 3478, dialect: 'plain' }, turn: { urls: [`turn:${code}.test`] } });

/** Regions whose id is their code, a TURN server each. */
export const turnMap = (codes: readonly string[], nodeOf: (code: string) => RelayNode = turnNode): RelayMap =>
  ({ version: 1, regions: codes.map((code) => ({ id: code, code, name: code, nodes: [nodeOf(code)] })) });

/** A report with those latencies; Infinity: asked in vain. */
export function reportOf(latencies: Readonly<Record<string, number>>): Report {
  const regions = Object.entries(latencies).map(([code, ms]): [string, RegionReport] => [code, { code, samples: ms < Infinity ? 1 : 0, lost: ms < Infinity ? 0 : 3, doubt: [], ...(ms < Infinity && { latencyMs: ms }) }]);
  return { at: 0, full: true, durationMs: 1, strategy: 'test', notes: [], regions: Object.fromEntries(regions) } as unknown as Report;
}

/** A function that gets credentials, of which a test says when it answers, and how. */
export interface Office {
  readonly get: GetCredentials;
  /** The regions that were asked for, in order. */
  readonly asked: string[];
  /** Signals of the requests. */
  readonly signals: AbortSignal[];
}

/** Numbers the credentials of each region. By default they live for an hour, and come at once. */
export function office(answer: (code: string, count: number) => Partial<TurnCredentials> | Promise<Partial<TurnCredentials>> = () => ({ ttlMs: 3_600_000 })): Office {
  const asked: string[] = [];
  const signals: AbortSignal[] = [];
  return {
    asked, signals,
    async get({ code }, { signal }) {
      asked.push(code);
      signals.push(signal);
      const count = asked.filter((one) => one === code).length;
      return { username: code, credential: `${code}${count}`, ...(await answer(code, count)) };
    },
  };
}

export interface Rig extends Fed {
  readonly clock: VirtualClock;
  readonly events: IceServersEvent[];
  /** What was told of servers: `first fra1 par1`. */
  readonly told: () => string[];
  /** As a report that named that home. */
  at(home: string, latencies?: Readonly<Record<string, number>>, map?: RelayMap, preferences?: Preferences): void;
}

export const fleet: RelayMap = turnMap(['fra', 'par', 'nyc', 'sin']);

export function rig(options: Partial<LiveOptions> = {}, map: RelayMap = fleet): Rig {
  const clock = virtualClock();
  const events: IceServersEvent[] = [];
  const fed = openLive({ clock, onEvent: (event) => events.push(event), ...options });
  const credentialsOf = (event: IceServersEvent): string[] => (event.type === 'servers' ? [event.change, ...event.iceServers.map(({ credential }) => credential ?? '-')] : [`failed ${event.region}`]);
  return {
    ...fed, clock, events,
    told: () => events.map((event) => credentialsOf(event).join(' ')),
    at: (home, latencies = { fra: 10, par: 20, nyc: 90, sin: 200 }, newMap = map, preferences = undefined) => fed.stand({ map: newMap, preferences, home, report: reportOf(latencies), decision: decisionOf(newMap, { home, state: 'settled', reason: 'only' }) }),
  };
}
