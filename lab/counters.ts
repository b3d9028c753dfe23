/** What passed a relay so far. */
export interface RelayStats {
  /** Once nothing is under way, `received` is the sum of the other five. */
  readonly udp: {
    /** Datagrams that came, also those that the weather took. */
    readonly received: number;
    readonly answered: number;
    /** Lost on the way there, and on the way back. */
    readonly lostThere: number;
    readonly lostBack: number;
    /** Came while UDP was off. */
    readonly blocked: number;
    /** No Binding request of the relay's dialect, or one that must not be answered. */
    readonly ignored: number;
  };
  readonly tcp: {
    readonly connections: number;
    /** Bytes from and to clients, TLS included. */
    readonly bytesIn: number;
    readonly bytesOut: number;
    /** Segments that came late because the weather took them. */
    readonly retransmits: number;
  };
  /** HTTP requests answered. */
  readonly requests: number;
  /** WebSocket messages echoed. */
  readonly echoes: number;
  readonly derp: {
    readonly logins: number;
    /** Logged in now, and those of them that said that this is their home. */
    readonly clients: number;
    readonly preferred: number;
    /** Packets handed on, and packets whose receiver was not here or did not read. */
    readonly forwarded: number;
    readonly dropped: number;
  };
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] extends number ? number : Writable<T[Key]> };

/** `RelayStats` under its relay's hands. */
export type Counters = Writable<RelayStats>;

export const noTraffic = (): Counters => ({
  udp: { received: 0, answered: 0, lostThere: 0, lostBack: 0, blocked: 0, ignored: 0 },
  tcp: { connections: 0, bytesIn: 0, bytesOut: 0, retransmits: 0 },
  requests: 0,
  echoes: 0,
  derp: { logins: 0, clients: 0, preferred: 0, forwarded: 0, dropped: 0 },
});
