import { createPicker, netcheck, steady, systemClock, type Picked, type RelayMap, type Strategy, type Transport } from '../../universal/index.ts';
import { webNetwork } from '../network.ts';
import { pageStretch } from '../pace.ts';

export const rivalNames = ['netcheck', 'steady'] as const;
export type RivalName = (typeof rivalNames)[number];

const strategies: Readonly<Record<RivalName, () => Strategy>> = { netcheck: () => netcheck(), steady };

/** Far shorter than either waits by itself: to be watched. */
const intervalMs = 2_000;

/**
 * Two pickers that differ in their strategy alone, until the signal aborts. Each measures with transports of its own; the
 * widget, which came first, and they begin a third of an interval apart, so that none waits for another's packets. They
 * rest while nobody sees the page.
 */
export async function runRivals({ map, create, signal, heard }: {
  readonly map: RelayMap;
  create(): Transport[];
  readonly signal: AbortSignal;
  readonly heard: (name: RivalName, picked: Picked) => void;
}): Promise<void> {
  await Promise.all(rivalNames.map(async (name, place) => {
    await systemClock().sleep(((place + 1) * intervalMs) / 3, signal);
    const picker = createPicker({ map, transports: create(), strategy: strategies[name](), network: webNetwork() });
    try {
      for await (const picked of picker.watch({ signal, intervalMs, stretch: pageStretch() })) heard(name, picked);
    } finally {
      await picker.close();
    }
  }));
}
