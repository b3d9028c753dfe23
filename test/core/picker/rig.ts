import type { PickerEvent } from '../../../core/events.ts';
import { createPicker, type PickerOptions } from '../../../core/picker/picker.ts';
import type { Picked } from '../../../core/picker/series.ts';
import type { Store } from '../../../core/picker/store.ts';
import type { Network } from '../../../core/probe/network.ts';
import { lowest } from '../../lowest-strategy.ts';
import { mapOf } from '../../maps.ts';
import { scriptedTransport, type Script } from '../../scripted-transport.ts';
import { virtualClock } from '../../virtual-clock.ts';

export const map = mapOf(['fra', 'par', 'nyc']);

export function memoryStore(text?: string): Store & { text: string | undefined; aside: string[] } {
  const store = {
    text, aside: [] as string[],
    load: async () => store.text,
    save: async (saved: string) => { store.text = saved; },
    keepAside: async (reason: string) => {
      store.aside.push(store.text ?? '');
      store.text = undefined;
      return `aside.${reason}`;
    },
  };
  return store;
}

export function fakeNetwork(): Network & { go(change: { online?: boolean; id?: string }): void; listeners: number } {
  const listeners = new Set<() => void>();
  let state = { online: true, id: 'home' };
  return {
    families: () => ({ v4: true, v6: false }),
    osHasIpv6: async () => true,
    id: async () => state.id,
    online: () => state.online,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    go(change) {
      state = { ...state, ...change };
      for (const listener of listeners) listener();
    },
    get listeners() { return listeners.size; },
  };
}

export function setUp(ms: Record<string, Script> = { '1a': 8, '2a': 12, '3a': 90 }, options: Partial<PickerOptions<ReturnType<ReturnType<typeof lowest>['start']>>> = {}) {
  const clock = virtualClock();
  const latencies = { ...ms };
  const transport = scriptedTransport('stun', clock, (node) => latencies[node] ?? 'silent');
  const events: PickerEvent[] = [];
  const picker = createPicker({ map, clock, transports: [transport], strategy: lowest(), random: () => 0.25, onEvent: (event) => events.push(event), ...options });
  const take = async (count: number, stop = new AbortController()): Promise<Picked[]> => {
    const taken: Picked[] = [];
    for await (const picked of picker.watch({ signal: stop.signal })) {
      taken.push(picked);
      if (taken.length === count) break;
    }
    return taken;
  };
  return { clock, latencies, transport, events, picker, take };
}
