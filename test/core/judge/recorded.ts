import { createPicker, type PickerOptions } from '../../../core/picker/picker.ts';
import type { Strategy } from '../../../core/model/strategy.ts';
import { netcheck } from '../../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';
import type { RelayMap } from '../../../core/model/map.ts';
import { traceRecorder } from '../../../core/trace.ts';
import { mapOf } from '../../maps.ts';
import { scriptedTransport, type Script } from '../../scripted-transport.ts';
import { virtualClock } from '../../virtual-clock.ts';
import { fakeNetwork } from '../picker/rig.ts';

/** All strategies that a trace can name, by what they are called here. */
export const recordable: Readonly<Record<string, () => Strategy>> = {
  netcheck: () => netcheck() as Strategy,
  'netcheck-2022': () => netcheck({ edition: 2022 }) as Strategy,
  steady: () => steady() as Strategy,
  'steady, spread': () => steady({ spread: true }) as Strategy,
};

/** What happens to a client between its reports. */
export type Act =
  /** So many reports, `ms` apart, with regions at those latencies; `jitterMs` comes and goes on top. */
  | { readonly act: 'reports'; readonly count: number; readonly ms: readonly (number | undefined)[]; readonly jitterMs?: number; readonly apartMs?: number }
  | { readonly act: 'network'; readonly id: string }
  | { readonly act: 'suspend'; readonly ms: number }
  | { readonly act: 'note'; readonly region: string; readonly type: 'heard' | 'up' | 'dead' | 'draining' }
  | { readonly act: 'map'; readonly codes: readonly string[] }
  | { readonly act: 'preferences'; readonly preferences: NonNullable<PickerOptions['preferences']> }
  | { readonly act: 'budget'; readonly budget: NonNullable<PickerOptions['budget']> }
  /** A report that is given up at once. */
  | { readonly act: 'abort' };

const codes = ['fra', 'par', 'nyc', 'tyo', 'syd'];

/** Regions 3 and further lie so far off that light takes longer than from the others. */
function placed(of: readonly string[]): RelayMap {
  const map = mapOf(of);
  return { ...map, regions: map.regions.map((region, index) => ({ ...region, latitude: 50, longitude: 8 + 6 * index * index })) };
}

/** Lives through the acts with the real picker in virtual time and gives the trace. */
export async function record(strategy: Strategy, acts: readonly Act[], options: { readonly addresses?: boolean; readonly store?: PickerOptions['store'] } = {}): Promise<string> {
  const clock = virtualClock();
  const network = fakeNetwork();
  let now: readonly (number | undefined)[] = [];
  let turn = 0;
  let jitterMs = 0;
  const script = (node: string): Script => {
    const ms = now[Number.parseInt(node, 10) - 1];
    turn = (turn * 16_807 + 11) % 2_147_483_647;
    return ms === undefined ? 'silent' : ms + (jitterMs * (turn % 1_000)) / 1_000;
  };
  let trace = '';
  const picker = createPicker({
    map: placed(codes), clock, network, strategy,
    transports: [scriptedTransport('stun', clock, script), scriptedTransport('https', clock, script)],
    random: () => ((turn = (turn * 16_807 + 7) % 2_147_483_647) % 997) / 997,
    onEvent: traceRecorder({ strategy, addresses: options.addresses === true, write: (line) => { trace += line; } }),
    ...(options.store && { store: options.store }),
  });
  for (const act of acts) {
    if (act.act === 'reports') {
      now = act.ms;
      jitterMs = act.jitterMs ?? 0;
      for (let done = 0; done < act.count; done++) {
        await clock.until(picker.report());
        await clock.advance(act.apartMs ?? 25_000);
      }
    } else if (act.act === 'network') network.go({ id: act.id });
    else if (act.act === 'suspend') clock.suspend(act.ms);
    else if (act.act === 'note') picker.note({ region: act.region, type: act.type, at: clock.wall() });
    else if (act.act === 'map') picker.update({ map: placed(act.codes) });
    else if (act.act === 'budget') picker.update({ budget: act.budget });
    else if (act.act === 'preferences') picker.update({ preferences: act.preferences });
    else {
      const stop = new AbortController();
      const given = picker.report({ signal: stop.signal }).catch(() => {});
      await clock.advance(1);
      stop.abort(new Error('given up'));
      await clock.until(given);
    }
  }
  await clock.until(picker.close());
  return trace;
}

/** A day in short: noise, a region that becomes nearer, silence, a connection that dies, two networks and back, a sleep, another map, preferences. */
export const eventful: readonly Act[] = [
  { act: 'reports', count: 8, ms: [10, 30, 60, 90, 200], jitterMs: 3 },
  { act: 'reports', count: 16, ms: [40, 12, 60, 90, 200], jitterMs: 3 },
  { act: 'note', region: '2', type: 'up' },
  { act: 'reports', count: 2, ms: [40, undefined, 60, 90, 200] },
  { act: 'note', region: '2', type: 'dead' },
  { act: 'reports', count: 3, ms: [40, undefined, 60, 90, 200] },
  { act: 'network', id: 'hotel' },
  { act: 'abort' },
  { act: 'reports', count: 4, ms: [90, 80, 9, 60, 200], jitterMs: 20 },
  { act: 'network', id: 'home' },
  { act: 'reports', count: 4, ms: [11, 13, 60, 90, 200] },
  { act: 'suspend', ms: 3_600_000 },
  { act: 'reports', count: 4, ms: [11, 10.5, 60, 90, 200] },
  { act: 'map', codes: ['fra', 'lon', 'nyc', 'tyo', 'syd'] },
  { act: 'reports', count: 4, ms: [30, 9, 60, 90, 200], jitterMs: 1 },
  { act: 'preferences', preferences: { avoid: ['1'], latencyFactor: { '2': 3 } } },
  { act: 'note', region: '1', type: 'draining' },
  { act: 'reports', count: 4, ms: [10, 9, 60, 90, 200] },
  { act: 'preferences', preferences: { pin: '3' } },
  { act: 'reports', count: 2, ms: [10, 9, 60, 90, 200] },
  { act: 'reports', count: 2, ms: [undefined, undefined, undefined, undefined, undefined] },
];
