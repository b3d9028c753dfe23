import type { Connect, RelayConnection, RelayNotice } from '../../../core/home/connection.ts';
import type { HomeEvent } from '../../../core/home/events.ts';
import { createHome, type HomeOptions } from '../../../core/home/home.ts';
import type { PickerEvent } from '../../../core/events.ts';
import type { Strategy } from '../../../core/model/strategy.ts';
import { createPicker } from '../../../core/picker/picker.ts';
import type { ConnectionNote } from '../../../core/picker/connections.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';
import { mapOf } from '../../maps.ts';
import { scriptedTransport } from '../../scripted-transport.ts';
import { virtualClock, type VirtualClock } from '../../virtual-clock.ts';

/** How a relay's service is. `refuses`: no connection. `hangs`: none, and no answer. `mute`: takes clients and answers nothing. */
type Service = 'serves' | 'refuses' | 'hangs' | 'mute';

export interface FakeRelay {
  service: Service;
  /** Round trip, ms; connecting takes four. */
  rttMs: number;
  /** Rejections of a `refuses`. */
  error: unknown;
  /** Cuts all connections. */
  cut(): void;
  say(notice: RelayNotice): void;
  /** Connections now, and ever. */
  readonly open: number;
  readonly logins: number;
  preferred: number;
  pings: number;
}

export interface FakeConnection extends RelayConnection {
  readonly name: string;
  usedAtMs: number;
  heardAtMs: number;
}

/** Relays by the name of their node, and how to connect to them. */
function fakeRelays(clock: VirtualClock, rtts: Readonly<Record<string, number>>) {
  const relays: Record<string, FakeRelay> = {};
  const ends = new Map<string, Set<{ cut(message: string): void; hear(notice: RelayNotice): void }>>();
  for (const [name, rttMs] of Object.entries(rtts)) {
    const open = new Set<{ cut(message: string): void; hear(notice: RelayNotice): void }>();
    ends.set(name, open);
    relays[name] = {
      service: 'serves', rttMs, error: new Error('connection refused'), preferred: 0, pings: 0, logins: 0,
      cut: () => [...open].forEach((each) => each.cut('connection reset')),
      say: (notice) => [...open].forEach((each) => each.hear(notice)),
      get open() { return open.size; },
    };
  }
  const connect: Connect<FakeConnection> = async ({ node, signal, onNotice }) => {
    const relay = relays[node.name];
    const open = ends.get(node.name);
    if (!relay || !open) throw new Error('no such relay');
    await clock.sleep(relay.service === 'hangs' ? Infinity : relay.rttMs * 4, signal);
    signal.throwIfAborted();
    if (relay.service === 'refuses') throw relay.error;
    Object.assign(relay, { logins: relay.logins + 1 });
    let end: (message: string) => void = () => {};
    const closed = new Promise<string>((resolve) => { end = resolve; });
    const far = { cut: over, hear: onNotice };
    open.add(far);
    let isPreferred = false;
    function over(message: string): void {
      if (!open?.delete(far)) return;
      prefer(false);
      end(message);
    }
    function prefer(preferred: boolean): void {
      if (relay && preferred !== isPreferred) relay.preferred += preferred ? 1 : -1;
      isPreferred = preferred;
    }
    const connection: FakeConnection = {
      name: node.name, closed, usedAtMs: -Infinity, heardAtMs: -Infinity,
      async ping(ended) {
        relay.pings++;
        const { rttMs } = relay;
        await clock.sleep(relay.service === 'mute' ? Infinity : rttMs, ended);
        ended.throwIfAborted();
        return rttMs;
      },
      setPreferred: prefer,
      close: () => over('closed'),
    };
    return connection;
  };
  return { relays, connect };
}

/** `mistake`: what connections do instead of what they should. A picker that measures the fake relays' beacons, and a home that connects to their services, in virtual time. */
export function setUp(rtts: Readonly<Record<string, number>> = { '1a': 8, '2a': 20, '3a': 90 }, options: Partial<HomeOptions<FakeConnection>> & { readonly chance?: () => number; readonly clientKey?: string; readonly strategy?: Strategy<unknown> } = {}, mistake: (connection: FakeConnection) => Partial<FakeConnection> = () => ({})) {
  const { chance = () => 0.5, clientKey, strategy = steady(), ...rest } = options;
  const clock = virtualClock();
  const { relays, connect } = fakeRelays(clock, rtts);
  /** Beacons may tell another time than the service takes. */
  const beacons: Record<string, number | 'silent'> = { ...rtts };
  const map = mapOf(Object.keys(rtts));
  const pickerEvents: PickerEvent[] = [];
  const events: HomeEvent[] = [];
  const notes: ConnectionNote[] = [];
  const transport = scriptedTransport('stun', clock, (node) => beacons[node] ?? 'silent');
  const picker = createPicker({
    map, clock, random: () => 0.5, strategy,
    transports: [transport],
    ...(clientKey !== undefined && { clientKey }),
    onEvent: (event) => pickerEvents.push(event),
  });
  const { note } = picker;
  picker.note = (each) => {
    notes.push(each);
    note(each);
  };
  const home = createHome<FakeConnection>({ picker, connect: async (target) => {
    const made = await connect(target);
    return Object.assign(made, mistake({ ...made }));
  }, clock, random: chance, onEvent: (event) => events.push(event), ...rest });
  const announcements = (): string[] => events.flatMap((event) => (event.type === 'home' ? [`${event.event} ${event.region} ${event.reason}`] : []));
  const lastOf = (kind: 'up' | 'down' | 'moved'): Extract<HomeEvent, { type: 'home' }> | undefined =>
    events.findLast((event): event is Extract<HomeEvent, { type: 'home' }> => event.type === 'home' && event.event === kind);
  return {
    clock, relays, beacons, map, picker, home, events, notes, pickerEvents, announcements, lastOf,
    relay(name: string): FakeRelay {
      const found = relays[name];
      if (!found) throw new Error(`no relay ${name}`);
      return found;
    },
    /** Empties what is kept for the test to see. */
    forget(): void {
      events.length = notes.length = pickerEvents.length = transport.probes.length = 0;
    },
    async close(): Promise<void> {
      const closed = Promise.all([home.close(), picker.close()]);
      await clock.advance(0);
      await closed;
    },
  };
}
