import { networkInterfaces } from 'node:os';
import { checkNotice, checkOptions, checkWeather } from './check-fleet.ts';
import { labMap } from './relay-map.ts';
import { startThread } from './thread.ts';
import type { RelayMap } from '../core/model/map.ts';
import type { LabStats } from './messages.ts';
import type { RelayNotice } from './notice.ts';
import type { LabOptions } from './options.ts';
import type { Weather } from './weather.ts';

export interface Lab {
  /** The relays, HTTPS and WebSocket over TLS with a pinned certificate. */
  readonly map: RelayMap;
  /** The same relays, HTTP and WebSocket without TLS: for web pages, which can pin no certificate. */
  readonly plainMap: RelayMap;
  /** The relays' certificate, PEM: for clients that take a `ca` rather than a pin. Good for the host's address and `localhost`. */
  readonly certificate: string;
  /**
   * Changes the weather of one relay; what is not named stays. Resolves when it holds.
   *
   * @throws FleetError on a weather or code that does not exist
   */
  set(code: string, weather: Partial<Weather>): Promise<void>;
  /**
   * Lets one relay tell all its DERP clients something. Resolves when it is said.
   *
   * @throws FleetError on a notice or code that does not exist
   */
  tell(code: string, notice: RelayNotice): Promise<void>;
  /** What passed each relay so far, by code. */
  stats(): Promise<LabStats>;
  /** Ends the relays and their connections. Resolves when nothing is left of them. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts real relays with a bad network in front of them, in a thread of their own. Each answers STUN over UDP, timing
 * requests over HTTPS and HTTP, and WebSocket echoes, as late and as unreliably as it is told.
 *
 * TCP's own handshake cannot be delayed from outside the kernel: a connect takes the time that loopback takes, whatever
 * `rttMs` is. Bytes are delayed, so that TLS and requests cost the round trips that they would cost. So the `tcp` kind
 * ranks these relays by nothing; leave that transport out.
 *
 * The lab keeps its process alive until `close`. All chance in it is repeatable (`seed`); when packets come is not.
 *
 * `signal` aborts the start, not the running lab.
 *
 * @throws FleetError on wrong options; an Error if a port is taken or the host is not this machine's
 * @example
 * await using lab = await createLab({ relays: [{ code: 'fra', rttMs: 8 }, { code: 'nyc', rttMs: 88, lossRate: 0.1 }] });
 * await lab.set('fra', weather.bufferbloat);
 */
export async function createLab(options: LabOptions, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Lab> {
  const { relays, host = '127.0.0.1', ipv6 = true, seed = 1, port = 0 } = checkOptions(options);
  const addresses = host === '127.0.0.1' && ipv6 && hasAddress('::1') ? [host, '::1'] : [host];
  const thread = await startThread({ relays, addresses, seed, port }, signal);
  const { ports, pin, certificatePem } = thread.started;
  const found = { relays, ports, addresses, pin };
  const codes = relays.map((relay) => relay.code);
  return {
    map: labMap(found, 'https'),
    plainMap: labMap(found, 'http'),
    certificate: certificatePem,
    async set(code, weather) {
      await thread.ask({ type: 'set', code, weather: checkWeather(code, codes, weather) });
    },
    async tell(code, notice) {
      await thread.ask({ type: 'tell', code, notice: checkNotice(code, codes, notice) });
    },
    async stats() {
      return (await thread.ask({ type: 'stats' })) ?? {};
    },
    close: thread.end,
    [Symbol.asyncDispose]: thread.end,
  };
}

const hasAddress = (address: string): boolean =>
  Object.values(networkInterfaces()).some((entries) => entries?.some((entry) => entry.address === address));
