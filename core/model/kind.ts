/** How a latency was measured. Each kind adds something of its own, so that only latencies of one kind are compared as evidence. */
export type Kind = (typeof kinds)[number];

export const kinds = ['stun', 'ice', 'https', 'tcp', 'websocket', 'icmp', 'turn', 'fake'] as const;

/** IP version. */
export type Family = 4 | 6;

/** Kinds that go over UDP: only their answers prove that UDP works and tell the public address. */
export const isUdpKind = (kind: Kind): boolean => kind === 'stun' || kind === 'ice';
