import { calm, tcpState } from './weather.ts';
import type { Weather } from './weather.ts';

/** The way to one relay and back. */
export interface Path {
  weather(): Weather;
  change(weather: Partial<Weather>): void;
  /** One-way delay of the next datagram, ms; undefined: lost. */
  datagramMs(): number | undefined;
  /** One-way delay of the next bytes of a TCP connection, ms, retransmissions included; undefined: they never arrive. */
  segmentMs(): Segment | undefined;
}

interface Segment {
  readonly delayMs: number;
  readonly retransmits: number;
}

/** Linux's shortest retransmission timeout, to which the round trip is added: RFC 6298 with a steady round trip. */
const SHORTEST_TIMEOUT_MS = 200;
/** After so many losses in a row (over 6 s) the connection counts as broken. */
const MOST_RETRANSMITS = 5;

/** @param chance numbers in [0, 1) */
export function createPath(rttMs: number, start: Partial<Weather>, chance: () => number): Path {
  let now: Weather = { ...calm, ...start };

  const isLost = (): boolean => now.lossRate > 0 && chance() < 1 - Math.sqrt(1 - now.lossRate);
  const delay = (): number => {
    const steadyMs = (rttMs + now.delayMs) / 2;
    return now.jitterMs > 0 ? steadyMs - (now.jitterMs / 2) * Math.log(1 - chance()) : steadyMs;
  };

  return {
    weather: () => now,
    change(weather) {
      now = { ...now, ...weather };
    },
    datagramMs: () => (isLost() ? undefined : delay()),
    segmentMs() {
      if (tcpState(now) !== 'open') return undefined;
      let timeoutMs = SHORTEST_TIMEOUT_MS + rttMs + now.delayMs;
      let waitedMs = 0;
      for (let retransmits = 0; retransmits <= MOST_RETRANSMITS; retransmits++) {
        if (!isLost()) return { delayMs: waitedMs + delay(), retransmits };
        waitedMs += timeoutMs;
        timeoutMs *= 2;
      }
      return undefined;
    },
  };
}
