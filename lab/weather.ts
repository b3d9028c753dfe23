/**
 * What lies between the clients and a relay, on top of the relay's `rttMs`. It may change at any time and holds from the
 * next packet on; what is under way arrives as it was sent.
 */
export interface Weather {
  /** More round-trip time, ms, half of it each way. */
  readonly delayMs: number;
  /**
   * Mean of the random part of a round trip, ms. Each way draws an exponential delay of half that mean: mostly little,
   * now and then much, as queues have it. Datagrams may overtake one another; bytes of a TCP connection never do.
   */
  readonly jitterMs: number;
  /**
   * Share of round trips that get no answer, 0 to 1. Both ways lose alike: each 1 − √(1 − lossRate). TCP loses no bytes:
   * a lost segment is late by its retransmission, 200 ms plus the round trip, doubling.
   */
  readonly lossRate: number;
  /** False: datagrams vanish, as behind a firewall that lets no UDP out. */
  readonly udp: boolean;
  /**
   * `silent`: connections are accepted and their bytes vanish; one that lost bytes stays silent for ever.
   * `refused`: nobody listens, and connections are reset.
   */
  readonly tcp: 'open' | 'silent' | 'refused';
  /** Nothing answers: no UDP, and TCP is silent unless it is refused. */
  readonly dead: boolean;
}

/** Nothing added, nothing lost. */
export const calm: Weather = { delayMs: 0, jitterMs: 0, lossRate: 0, udp: true, tcp: 'open', dead: false };

/** Whether datagrams get through at all. */
export const udpPasses = (weather: Weather): boolean => weather.udp && !weather.dead;

/** What TCP does, death included. */
export const tcpState = (weather: Weather): Weather['tcp'] => (weather.dead && weather.tcp === 'open' ? 'silent' : weather.tcp);
