import type { StunEndpoint } from '../core/model/map.ts';
import type { Weather } from './weather.ts';

/** One relay of a lab, and the weather it starts in. With `udp: false` it speaks no UDP: then it has no STUN in the lab's maps. */
export interface LabRelay extends Partial<Weather> {
  /** Region code, unique in the lab: `a` to `z`, digits and dashes. */
  readonly code: string;
  /** Round trip to it in calm weather, ms, 0 to 60,000. */
  readonly rttMs: number;
  /** Default: the code. */
  readonly name?: string;
  /** Degrees north and east: both or none. */
  readonly latitude?: number;
  readonly longitude?: number;
  /**
   * `plain` (default): any Binding request is answered, Tailscale's too, as a general STUN server does.
   * `tailscale`: only SOFTWARE `tailnode` with FINGERPRINT, so no browser gets an answer.
   */
  readonly dialect?: StunEndpoint['dialect'];
}

export interface LabOptions {
  readonly relays: readonly LabRelay[];
  /** IP address that the relays listen on. Default `127.0.0.1`: nobody else can reach them. */
  readonly host?: string;
  /** Listen on `::1` as well, where the host is 127.0.0.1 and the machine has it. Default true. */
  readonly ipv6?: boolean;
  /** Of all chance in the lab: the same packets in the same order meet the same fate. Default 1. */
  readonly seed?: number;
  /** The n-th relay (from 0) takes UDP and TCP `port + 2n` and TCP `port + 2n + 1`. Default: ports that are free. */
  readonly port?: number;
}
