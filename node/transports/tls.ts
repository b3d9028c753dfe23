import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { checkServerIdentity, connect } from 'node:tls';
import { once } from 'node:events';
import { ProbeFailure } from '../../core/errors.ts';
import type { RelayNode } from '../../core/model/map.ts';

/** Whose certificates are taken. */
export interface Trust {
  /** Any certificate, for tests. */
  readonly insecure?: boolean;
  /** Certificate authorities in PEM form instead of the system's. */
  readonly ca?: string;
}

/**
 * Makes an open TCP connection a TLS one to the server called `name`. A node with a pin must show just that certificate
 * first; what else is in the chain is not looked at (a DERP server sends a made-up second one), nor are dates and names: the
 * pin says more than they do. Rejects with a `ProbeFailure` `tls`; the caller destroys the socket.
 */
export async function secure(tcp: Socket, name: string, node: Pick<RelayNode, 'certificate' | 'insecure'>, trust: Trust, signal: AbortSignal): Promise<TLSSocket> {
  const pin = node.certificate === undefined ? undefined : pinOf(node.certificate);
  const anyCertificate = trust.insecure === true || node.insecure === true;
  const options: ConnectionOptions = {
    socket: tcp,
    // A server name indication must not be an address (RFC 6066 section 3).
    servername: isIP(name) ? '' : name,
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: !anyCertificate && pin === undefined,
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
    ...(trust.ca !== undefined && { ca: trust.ca }),
  };
  const socket = connect(options);
  socket.on('error', () => {});
  try {
    await once(socket, 'secureConnect', { signal });
    if (pin !== undefined && !anyCertificate && digestOf(socket) !== pin) throw new Error('the certificate is not the pinned one');
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw error;
    throw new ProbeFailure('tls', error instanceof Error ? error.message : String(error), true);
  }
}

/** The pin in lower case. One that is malformed fits no certificate: a typing error must not switch the check off. */
const pinOf = (certificate: string): string => /^sha256-raw:([0-9a-f]{64})$/i.exec(certificate)?.[1]?.toLowerCase() ?? 'malformed';

const digestOf = (socket: TLSSocket): string => {
  const { raw } = socket.getPeerCertificate();
  return raw ? createHash('sha256').update(raw).digest('hex') : '';
};
