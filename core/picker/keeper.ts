import type { Listener, PickerEvent } from '../events.ts';
import type { RegionId } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { Report } from '../model/report.ts';
import type { Strategy } from '../model/strategy.ts';
import { isWorthRemembering, readMemory, remember, withoutAddresses, writeMemory, type Memory } from './memory.ts';
import { StoreError, type Store } from './store.ts';
import { countSilentUdp } from './udp.ts';

interface Remembered<S> {
  readonly state: S;
  readonly at: number;
  readonly home?: RegionId;
  readonly last?: Report;
  readonly silentUdp?: number;
}

/** Holds the strategy's state, one per network, and keeps it in the store. */
export interface Keeper<S> {
  /** The network is this one. True if that is another than before. */
  enter(networkId: string): Promise<boolean>;
  current(): { readonly memory: Remembered<S>; readonly networkId: string; readonly clientKey: string };
  learn(learned: { readonly state: S; readonly report: Report; readonly home?: RegionId }): void;
  /** Resolves when all that was learned is saved, or could not be. */
  flush(): Promise<void>;
}

export function createKeeper<S>(options: { readonly strategy: Strategy<S>; readonly store?: Store; readonly clientKey?: string; readonly random: () => number; readonly emit: Listener<PickerEvent> }): Keeper<S> {
  const { strategy, store, emit } = options;
  let networkId = 'unknown';
  let entered = false;
  let loaded: Promise<void> | undefined;
  let writable = store !== undefined;
  let saving: Promise<void> = Promise.resolve();
  let memory: Memory = { version: 1, clientKey: options.clientKey ?? drawKey(options.random), networks: [] };
  let live: Remembered<S> = { state: strategy.start(), at: 0 };

  const note = (code: string, message: string): void => emit({ type: 'note', at: live.at, code, message });

  async function load(): Promise<void> {
    try {
      const found = await read();
      if (found === undefined) return;
      if (typeof found === 'object') {
        memory = options.clientKey === undefined ? found : { ...found, clientKey: options.clientKey };
        return;
      }
      const where = await store?.keepAside?.(found);
      if (where === undefined) throw new Error(`what is stored is ${found}`);
      note(`store-${found}`, `what was remembered is ${found === 'newer' ? 'from a newer version' : 'unreadable'}; kept aside at ${where}`);
    } catch (error) {
      // What cannot be read or moved aside must not be overwritten.
      writable = false;
      note('store-unreadable', `nothing is remembered: ${String(error)}`);
    }
  }

  async function read(): Promise<Memory | 'corrupt' | 'newer' | undefined> {
    try {
      const text = await store?.load();
      return text === undefined ? undefined : readMemory(text);
    } catch (error) {
      if (error instanceof StoreError && (error.code === 'corrupt' || error.code === 'too-large')) return 'corrupt';
      throw error;
    }
  }

  function save(): void {
    if (!store || !writable) return;
    const text = writeMemory(memory);
    saving = saving.then(() => store.save(text)).catch((error: unknown) => note('store-unwritable', `not remembered: ${String(error)}`));
  }

  return {
    async enter(id) {
      loaded ??= load();
      await loaded;
      if (entered && id === networkId) return false;
      const changed = entered;
      entered = true;
      networkId = id;
      const known = memory.networks.find((network) => network.id === id);
      // What UDP does there is the same for all strategies.
      const silentUdp = known?.silentUdp;
      live = known?.strategy === strategy.name
        ? present({ state: known.state as S, at: known.at, home: known.home, last: known.last, silentUdp })
        : present({ state: strategy.start(), at: 0, silentUdp });
      return changed;
    },
    current: () => ({ memory: live, networkId, clientKey: memory.clientKey }),
    learn({ state, report, home }) {
      const silentUdp = countSilentUdp(live.silentUdp, report);
      live = present({ state, last: report, at: report.at, home, silentUdp });
      if (!isWorthRemembering(report)) return;
      memory = remember(memory, present({ id: networkId, at: report.at, strategy: strategy.name, state, last: withoutAddresses(report), home, silentUdp }));
      save();
    },
    flush: () => saving,
  };
}

/** 64 random bits as hex. */
function drawKey(random: () => number): string {
  const half = (): string => Math.floor(random() * 2 ** 32).toString(16).padStart(8, '0');
  return half() + half();
}
