import { familyOf, formatEndpoint, formatIp, parseIp } from '../../core/model/address.ts';
import type { Family } from '../../core/model/kind.ts';
import type { Sample } from '../../core/model/sample.ts';
import type { CandidateLike } from './peer-connection.ts';

/** A priority is the type's preference in the first byte, and in the others what is the interface's own (RFC 8445 section 5.1.2.1). */
const interfaceMask = 0xff_ff_ff;

/** Of host candidates, that of the interface over which the other came; the first where a NAT translates IPv6, as the address's kind counts, too. */
export const hostOf = <T extends { readonly candidate: CandidateLike }>(hosts: readonly T[], { priority }: CandidateLike): T | undefined =>
  hosts.find(({ candidate }) => ((candidate.priority ?? 0) & interfaceMask) === ((priority ?? 0) & interfaceMask)) ?? hosts[0];

/** The public address that a server reflexive candidate tells, and its family; nothing where it is obfuscated. */
export function mappedBy({ address, port }: CandidateLike): Pick<Sample, 'family' | 'mapped'> {
  // Chromium writes IPv6 in brackets.
  const ip = parseIp((address ?? '').replace(/^\[|\]$/g, ''));
  if (!ip) return {};
  return { family: familyOf(ip), ...(port != null && { mapped: formatEndpoint(formatIp(ip), port) }) };
}

/** Whether it came over that IP version, as far as it tells. */
export const isOfFamily = (candidate: CandidateLike, family: Family | undefined): boolean => {
  const { family: own } = mappedBy(candidate);
  return own === undefined || family === undefined || own === family;
};

/**
 * When a request is sent again for the first time, ms, at the earliest: 250 by libwebrtc, 100 by Firefox. The transaction id
 * stays the same, so an answer after that may be to either. Only libwebrtc's candidates tell their server.
 */
export const retransmitMs = ({ url }: CandidateLike): number => (url ? 250 : 100);
