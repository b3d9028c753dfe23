import { FRAME_FORMS, FRAME_HEADER_BYTES, MAGIC } from './derp-frame.ts';
import type { KnownDerpFrame } from './derp-frame.ts';
import { writeInt32 } from './stun-message.ts';

/** Numbers of a peer's address are not written: only servers tell one another. */
type EncodableFrame = Exclude<KnownDerpFrame, { type: 'peerPresent' }>;

/**
 * The bytes of a frame, header included: a copy, which shares nothing with the frame.
 * @throws RangeError where a key, a ping or a packet has not the length that it must have
 */
export function encodeDerpFrame(frame: EncodableFrame): Uint8Array<ArrayBuffer> {
  const parts = partsOf(frame);
  const bodyBytes = parts.reduce((sum, part) => sum + part.length, 0);
  const { code, leastBytes, mostBytes } = FRAME_FORMS[frame.type];
  if (bodyBytes < leastBytes || bodyBytes > mostBytes) throw new RangeError(`${frame.type}: its body must have ${leastBytes} to ${mostBytes} bytes, has ${bodyBytes}`);
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + bodyBytes);
  bytes[0] = code;
  writeInt32(bytes, 1, bodyBytes);
  let at = FRAME_HEADER_BYTES;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const NOTHING: readonly ArrayLike<number>[] = [];

function partsOf(frame: EncodableFrame): readonly ArrayLike<number>[] {
  switch (frame.type) {
    case 'serverKey': return [MAGIC, key(frame.serverKey)];
    case 'clientInfo': return [key(frame.clientKey), frame.box];
    case 'serverInfo': return [frame.box];
    case 'sendPacket': return [key(frame.destination), frame.packet];
    case 'recvPacket': return [key(frame.source), frame.packet];
    case 'forwardPacket': return [key(frame.source), key(frame.destination), frame.packet];
    case 'keepAlive': case 'watchConns': return NOTHING;
    case 'ping': case 'pong': return [exactly(FRAME_FORMS[frame.type].leastBytes, frame.data)];
    case 'notePreferred': return [[frame.preferred ? 1 : 0]];
    case 'health': return [new TextEncoder().encode(frame.problem)];
    case 'restarting': return [int32(frame.reconnectInMs), int32(frame.tryForMs)];
    case 'peerGone': return [key(frame.peer), [frame.reason === 'disconnected' ? 0 : 1]];
    case 'closePeer': return [key(frame.peer)];
  }
}

const key = (bytes: Uint8Array): Uint8Array => exactly(FRAME_FORMS.closePeer.leastBytes, bytes);

/** Checked one by one: a key that is too short, before a packet, would shift all that follows. */
function exactly(length: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`must have ${length} bytes, has ${bytes.length}`);
  return bytes;
}

function int32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  writeInt32(bytes, 0, value);
  return bytes;
}
