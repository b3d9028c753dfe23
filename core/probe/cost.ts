import type { Family, Kind } from '../model/kind.ts';
import type { RelayNode, StunEndpoint } from '../model/map.ts';

/** What this machine sends, IP headers included. What comes back is not counted: a budget bounds what is sent. */
export interface Cost {
  readonly packets: number;
  readonly bytes: number;
}

/** IP without options (RFC 791, RFC 8200), UDP (RFC 768), TCP without options (RFC 9293). */
const ipBytes = { 4: 20, 6: 40 } as const;
const udpBytes = 8;
const tcpBytes = 20;

/** A Binding request (RFC 8489 section 5); SOFTWARE `tailnode` (section 14.14) and FINGERPRINT (14.7) as DERP servers want them. */
const stunBytes = 20;
const tailscaleAttributeBytes = 4 + 8 + 4 + 4;

/** One STUN Binding request, exactly. */
export const stunCost = (dialect: StunEndpoint['dialect'], family: Family): Cost => ({
  packets: 1,
  bytes: ipBytes[family] + udpBytes + stunBytes + (dialect === 'tailscale' ? tailscaleAttributeBytes : 0),
});

/**
 * Packets of one probe, and the bytes in them beyond IP and TCP or UDP headers, on a path that loses nothing. Estimated: TLS
 * is 1.3 with a small chain, names are of usual length, every other packet of an exchange is acknowledged by the next one.
 *
 * | kind | what is sent |
 * | --- | --- |
 * | tcp | SYN (20 bytes of options), ACK, RST or FIN |
 * | https | tcp, ClientHello (about 500), Finished (80), three requests (about 100 each in their TLS record), three ACKs, close_notify (24) |
 * | websocket | tcp, ClientHello, Finished, the upgrade (about 260), two echoes (22 in their frame, 44 in its record), two ACKs, close (28 and 24) |
 * | icmp | one echo: 8 bytes of ICMP header, which counts here as the UDP header, and 56 of data |
 * | ice | one bare Binding request; retransmits are not counted |
 * | turn | for two peers Allocate twice (20 and about 120), permission and two connectivity checks (about 120 each), then DTLS and two pings over the relay (16 of about 90), release |
 */
const estimates = {
  tcp: { packets: 3, headerBytes: tcpBytes, payloadBytes: 20 },
  https: { packets: 12, headerBytes: tcpBytes, payloadBytes: 20 + 500 + 80 + 3 * 100 + 24 },
  websocket: { packets: 11, headerBytes: tcpBytes, payloadBytes: 20 + 500 + 80 + 260 + 2 * 44 + 28 + 24 },
  icmp: { packets: 1, headerBytes: udpBytes, payloadBytes: 56 },
  ice: { packets: 1, headerBytes: udpBytes, payloadBytes: stunBytes },
  turn: { packets: 28, headerBytes: udpBytes, payloadBytes: 2 * (20 + 5 * 120) + 16 * 90 },
  fake: { packets: 0, headerBytes: 0, payloadBytes: 0 },
} as const;

/** What one probe of the node costs: exact for `stun`, nothing for `fake`, estimated for all else. IPv4 where the platform chooses. */
export function costOf(kind: Kind, node: Pick<RelayNode, 'stun'>, family: Family = 4): Cost {
  if (kind === 'stun') return stunCost(node.stun?.dialect ?? 'plain', family);
  const { packets, headerBytes, payloadBytes } = estimates[kind];
  return { packets, bytes: packets * (ipBytes[family] + headerBytes) + payloadBytes };
}
