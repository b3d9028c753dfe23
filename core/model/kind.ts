/** How a latency was measured. Each kind adds something of its own, so that only latencies of one kind are compared as evidence. */
export type Kind = (typeof kinds)[number];

export const kinds = ['stun', 'ice', 'https', 'tcp', 'websocket', 'icmp', 'turn', 'fake'] as const;

/** IP version. */
export type Family = 4 | 6;

/** Kinds that go over UDP: only their answers prove that UDP works and tell the public address. */
export const isUdpKind = (kind: Kind): boolean => kind === 'stun' || kind === 'ice';

/** Round trips until the first figure of a kind, at most: a connection with TLS 1.2, a request to warm up, the one that is timed. */
const roundTrips: Readonly<Record<Kind, number>> = { stun: 1, ice: 1, icmp: 1, tcp: 1, fake: 1, https: 5, websocket: 5, turn: 10 };

/** What setting up costs both ends beside the round trips, where there is something to set up: cold TLS above all. */
const setUpMs = 60;

/** When a relay of that round trip has answered at the latest, ms after it was asked, if nothing is lost. */
export const answerDueMs = (kind: Kind, latencyMs: number): number => roundTrips[kind] * latencyMs + (roundTrips[kind] > 1 ? setUpMs : 0);

/** The other way round: how far a relay is at least that has been silent for so long. */
export const leastLatencyMs = (kind: Kind, silentMs: number): number => Math.max(0, silentMs - (roundTrips[kind] > 1 ? setUpMs : 0)) / roundTrips[kind];
