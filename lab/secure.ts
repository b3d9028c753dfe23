import tls from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Duplex } from 'node:stream';

/**
 * The server's side of TLS on a connection. One context serves all relays: an `https.Server` for each would cost each a
 * millisecond of the start. The handshake has no time limit of its own: whoever is handed the result has one.
 */
export function secured(far: Duplex, secureContext: SecureContext): Duplex {
  const socket = new tls.TLSSocket(far, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
  // A handshake that fails: the connection is destroyed, and that is all there is to it.
  socket.on('error', () => {});
  return socket;
}
