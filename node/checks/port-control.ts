import { parseIp } from '../../core/model/address.ts';
import { aborted, bound } from './bound.ts';
import { openGatewaySocket, send } from './gateway-socket.ts';
import type { Endpoint } from './gateway-socket.ts';
import { natPmpRequest, parseNatPmpResponse } from './nat-pmp.ts';
import { encodePcpAnnounce, parsePcpResponse } from './pcp.ts';

/** The same number in both (RFC 6886 section 3.5, RFC 6887 section 7.4). */
const unsupportedVersion = 1;

/** Which of the two a gateway offers. Absent: not found out. */
export interface PortControl {
  readonly natPmp?: boolean;
  readonly pcp?: boolean;
}

/**
 * Asks a gateway for NAT-PMP and PCP, which share a port. What was sent and not answered in `ms` is a no; what could not be
 * sent, or was given up before, is absent. Resolves early once both are known or the port proves closed. Never rejects.
 */
export async function askPortControl(gateway: Endpoint, ms: number, signal: AbortSignal): Promise<PortControl> {
  const known: { natPmp?: boolean; pcp?: boolean } = {};
  const asked = { natPmp: false, pcp: false };
  const limit = bound(signal, ms);

  const learn = (bytes: Uint8Array): void => {
    const natPmp = parseNatPmpResponse(bytes);
    const pcp = parsePcpResponse(bytes);
    // A server of either answers the other's request too, in its own form, to say that it does not speak it.
    if (natPmp?.result === unsupportedVersion) known.pcp ??= false;
    else if (natPmp) known.natPmp ??= natPmp.result === 0;
    if (pcp?.result === unsupportedVersion) known.natPmp ??= false;
    else if (pcp) known.pcp ??= pcp.result === 0;
    if (known.natPmp !== undefined && known.pcp !== undefined) limit.end();
  };
  const fail = (code: string): void => {
    // The gateway itself says that nothing listens there. Any other error says nothing about the services.
    if (code === 'ECONNREFUSED') {
      known.natPmp ??= false;
      known.pcp ??= false;
    }
    limit.end();
  };
  const ask = async (name: 'natPmp' | 'pcp', sent: Promise<string | undefined>): Promise<void> => {
    const code = await sent;
    if (code === undefined) asked[name] = true;
    else fail(code);
  };

  try {
    const socket = await openGatewaySocket({ peer: gateway, signal: limit.signal }, learn, fail);
    const local = parseIp(socket.address().address);
    await Promise.all([ask('natPmp', send(socket, natPmpRequest)), local && ask('pcp', send(socket, encodePcpAnnounce(local)))]);
    await aborted(limit.signal);
  } catch {
    // No socket, so nothing was asked.
  } finally {
    limit.end();
  }
  if (limit.expired()) for (const name of ['natPmp', 'pcp'] as const) if (asked[name]) known[name] ??= false;
  return known;
}
