import { formatIp, unmapped } from '../model/address.ts';
import { DerpError } from './derp-error.ts';
import { KEY_BYTES, MAGIC, PING_BYTES } from './derp-frame.ts';
import type { KnownDerpFrame, PeerGoneReason } from './derp-frame.ts';
import { readInt32, readUint16 } from './stun-message.ts';

const IP_BYTES = 16;
const PORT_BYTES = 2;

/**
 * Takes a body apart whose length fits its type. The frame's arrays are views of it.
 * @throws DerpError `malformed` where it begins with another magic
 */
export function decodeDerpBody(type: KnownDerpFrame['type'], body: Uint8Array): KnownDerpFrame {
  switch (type) {
    case 'serverKey':
      if (MAGIC.some((byte, at) => body[at] !== byte)) throw new DerpError('malformed', 'the server does not begin as a DERP server does');
      return { type, serverKey: body.subarray(MAGIC.length, MAGIC.length + KEY_BYTES) };
    case 'clientInfo': return { type, clientKey: keyAt(body, 0), box: body.subarray(KEY_BYTES) };
    case 'serverInfo': return { type, box: body };
    case 'sendPacket': return { type, destination: keyAt(body, 0), packet: body.subarray(KEY_BYTES) };
    case 'recvPacket': return { type, source: keyAt(body, 0), packet: body.subarray(KEY_BYTES) };
    case 'forwardPacket': return { type, source: keyAt(body, 0), destination: keyAt(body, KEY_BYTES), packet: body.subarray(2 * KEY_BYTES) };
    case 'keepAlive': case 'watchConns': return { type };
    case 'ping': case 'pong': return { type, data: body.subarray(0, PING_BYTES) };
    case 'notePreferred': return { type, preferred: body[0] !== 0 };
    case 'health': return { type, problem: new TextDecoder().decode(body) };
    case 'restarting': return { type, reconnectInMs: readInt32(body, 0) >>> 0, tryForMs: readInt32(body, 4) >>> 0 };
    // Servers before 2023 gave no reason, and had but one.
    case 'peerGone': return { type, peer: keyAt(body, 0), reason: REASONS[body[KEY_BYTES] ?? 0] ?? 'unknown' };
    case 'peerPresent': return { type, peer: keyAt(body, 0), ...placeOf(body.subarray(KEY_BYTES)) };
    case 'closePeer': return { type, peer: keyAt(body, 0) };
  }
}

const REASONS: readonly PeerGoneReason[] = ['disconnected', 'not-here'];

const keyAt = (body: Uint8Array, at: number): Uint8Array => body.subarray(at, at + KEY_BYTES);

/** What later servers added, one field after the other. */
function placeOf(rest: Uint8Array): { readonly address?: string; readonly port?: number; readonly flags?: number } {
  if (rest.length < IP_BYTES + PORT_BYTES) return {};
  const flags = rest[IP_BYTES + PORT_BYTES];
  return { address: formatIp({ bytes: unmapped(rest.subarray(0, IP_BYTES)) }), port: readUint16(rest, IP_BYTES), ...(flags !== undefined && { flags }) };
}
