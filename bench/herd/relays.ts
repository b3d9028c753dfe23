import type { Clock } from '../../core/clock.ts';
import type { RelayConnection, RelayNotice } from '../../core/home/connection.ts';
import type { RegionId } from '../../core/model/map.ts';

/** One relay, as a herd meets it. */
export interface Relay {
  /** Connections that it takes in any second; it accepts the rest and hangs up, as derper does with a limit on accepts. */
  mostPerSecond: number;
  /** When each connect arrived, ms, taken or not. */
  readonly arrivalsMs: readonly number[];
  readonly isUp: boolean;
  /** Ends, and cuts every connection. */
  kill(): void;
  start(): void;
  say(notice: RelayNotice): void;
  connect(rttMs: number, signal: AbortSignal, onNotice?: (notice: RelayNotice) => void): Promise<RelayConnection>;
}

interface Client {
  end(why: string): void;
  hear(notice: RelayNotice): void;
}

/** Round trips of a connect: TCP's and TLS's, the upgrade and the login. */
const connectTrips = 4;

export function createRelay(region: RegionId, clock: Clock): Relay {
  const arrivalsMs: number[] = [];
  const taken: number[] = [];
  const clients = new Set<Client>();
  let isUp = true;

  function admit(mostPerSecond: number): boolean {
    const nowMs = clock.now();
    while (taken[0] !== undefined && taken[0] <= nowMs - 1_000) taken.shift();
    if (taken.length >= mostPerSecond) return false;
    taken.push(nowMs);
    return true;
  }

  const relay: Relay = {
    mostPerSecond: Infinity,
    arrivalsMs,
    get isUp() { return isUp; },
    kill() {
      isUp = false;
      for (const client of clients) client.end('connection reset');
    },
    start() {
      isUp = true;
    },
    say(notice) {
      for (const client of clients) client.hear(notice);
    },
    async connect(rttMs, signal, onNotice = () => {}) {
      const trip = async (trips: number): Promise<void> => {
        await clock.sleep(trips * rttMs, signal);
        signal.throwIfAborted();
      };
      await trip(1 / 2);
      arrivalsMs.push(clock.now());
      const isTaken = isUp && admit(relay.mostPerSecond);
      await trip(1 / 2);
      if (!isTaken) throw new Error(`${region} hung up`);
      await trip(connectTrips - 1);
      if (!isUp) throw new Error(`${region} reset the connection`);
      let over: (why: string) => void = () => {};
      const closed = new Promise<string>((resolve) => { over = resolve; });
      const client: Client = { end(why) {
        if (clients.delete(client)) over(why);
      }, hear: onNotice };
      clients.add(client);
      return {
        closed,
        async ping(ended) {
          await clock.sleep(isUp ? rttMs : Infinity, ended);
          ended.throwIfAborted();
          return rttMs;
        },
        close: () => client.end('closed'),
      };
    },
  };
  return relay;
}
