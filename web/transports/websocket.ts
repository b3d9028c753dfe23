import type { Transport } from '../../core/probe/transport.ts';
import { websocket as echo, type WebSocketLike, type WebSocketOptions } from '../../core/probe/websocket.ts';
import { isMixed } from '../mixed-content.ts';
import { isSettled } from './settled.ts';

/** `WebSocket.CONNECTING`. */
const connecting = 0;

/** So long a socket that is no longer needed may go on opening. Firefox opens no other one to that address meanwhile. */
export const openingMs = 2_000;

/**
 * Browsers write an error to the console of each socket that is closed before it is open, as when the nearest relay is certain
 * before the far ones have answered. So that is closed as soon as it is open, or has not opened within 2 s.
 */
export function endQuietly(socket: WebSocketLike): void {
  if (socket.readyState !== connecting) return socket.close();
  const timer = setTimeout(() => socket.close(), openingMs);
  socket.addEventListener('open', () => socket.close());
  socket.addEventListener('close', () => clearTimeout(timer));
}

/** Times a WebSocket's echo, as `websocket` of core does, with the page's own WebSocket. It needs no permission of the relay (CORS). */
export function websocket(options: Partial<WebSocketOptions> = {}): Transport {
  const { WebSocket = globalThis.WebSocket, now = () => performance.now(), random = (bytes) => void crypto.getRandomValues(bytes), isEnough = isSettled, end = endQuietly } = options;
  const transport = echo({ WebSocket, now, random, isEnough, end });
  return { ...transport, supports: (node) => WebSocket !== undefined && transport.supports(node) && !isMixed(node.websocket ?? '') };
}
