import type { RelayStats } from './counters.ts';
import type { RelayNotice } from './notice.ts';
import type { LabOptions } from './options.ts';
import type { RelayPorts } from './relay.ts';
import type { Weather } from './weather.ts';

// What the lab's thread and its owner say to one another.

/** What the thread starts with. */
export type WorkerData = Required<Omit<LabOptions, 'host' | 'ipv6'>> & { readonly addresses: readonly string[] };

export type Request =
  | { readonly type: 'set'; readonly id: number; readonly code: string; readonly weather: Partial<Weather> }
  | { readonly type: 'tell'; readonly id: number; readonly code: string; readonly notice: RelayNotice }
  | { readonly type: 'stats'; readonly id: number }
  | { readonly type: 'hush'; readonly id: number };

export type LabStats = Readonly<Record<string, RelayStats>>;

/** Its first message: all relays listen, or why they do not. */
export type Started =
  | { readonly type: 'started'; readonly ports: readonly RelayPorts[]; readonly pin: string; readonly certificatePem: string }
  | { readonly type: 'failed'; readonly message: string };

export type Reply =
  | { readonly type: 'done'; readonly id: number; readonly stats?: LabStats }
  | { readonly type: 'refused'; readonly id: number; readonly message: string };
