import { createPath } from './path.ts';
import { noTraffic } from './counters.ts';
import { openFront } from './front.ts';
import { openOnAll } from './same-port.ts';
import { openStun } from './stun-server.ts';
import { secured } from './secure.ts';
import { createDerpUpgrade } from './derp-upgrade.ts';
import { createWebServer } from './web-server.ts';
import { seededChance } from './chance.ts';
import { calm, tcpState } from './weather.ts';
import type { SecureContext } from 'node:tls';
import type { RelayStats } from './counters.ts';
import type { RelayNotice } from './notice.ts';
import type { LabRelay } from './options.ts';
import type { Scheduler } from './scheduler.ts';
import type { Weather } from './weather.ts';

export interface RelayPorts {
  readonly stun: number;
  readonly https: number;
  readonly http: number;
}

interface Relay {
  readonly ports: RelayPorts;
  change(weather: Partial<Weather>): Promise<void>;
  tell(notice: RelayNotice): void;
  stats(): RelayStats;
  /** No more datagrams, for good. */
  hush(): Promise<void>;
}

interface RelaySetting {
  readonly addresses: readonly string[];
  /** First of its two ports, 0 for any. */
  readonly port: number;
  readonly seed: number;
  readonly secureContext: SecureContext;
  readonly scheduler: Scheduler;
}

/** Opens one relay. */
export async function openRelay(relay: LabRelay, { addresses, port, seed, secureContext, scheduler }: RelaySetting): Promise<Relay> {
  const counters = noTraffic();
  const path = createPath(relay.rttMs, startWeather(relay), seededChance(seed, relay.code));
  const world = { path, scheduler, counters };
  const derp = createDerpUpgrade(counters);
  const serve = createWebServer(counters, derp);

  const [stun, secure, plain] = await Promise.all([
    openOnAll(addresses, port, (address, on) => openStun(address, on, relay.dialect ?? 'plain', world)),
    openOnAll(addresses, port, (address, on) => openFront(address, on, (far) => serve(secured(far, secureContext)), world)),
    openOnAll(addresses, port && port + 1, (address, on) => openFront(address, on, serve, world)),
  ]);
  const fronts = [...secure, ...plain];

  async function follow(): Promise<void> {
    const isRefused = tcpState(path.weather()) === 'refused';
    await Promise.all(fronts.map((front) => (isRefused ? front.shut() : front.reopen())));
  }
  // One after another: a listener must be shut before it can be opened again.
  let followed = follow();
  await followed;

  return {
    ports: { stun: portOf(stun), https: portOf(secure), http: portOf(plain) },
    change(weather) {
      path.change(weather);
      followed = followed.catch(() => {}).then(follow);
      return followed;
    },
    tell: derp.tell,
    stats: () => structuredClone(counters),
    async hush() {
      await Promise.all(stun.map((each) => each.close()));
    },
  };
}

const portOf = (opened: readonly { readonly port: number }[]): number => opened[0]?.port ?? 0;

/** The weather of a relay's options: those fields alone. */
function startWeather(relay: LabRelay): Weather {
  const { delayMs, jitterMs, lossRate, udp, tcp, dead } = { ...calm, ...relay };
  return { delayMs, jitterMs, lossRate, udp, tcp, dead };
}
