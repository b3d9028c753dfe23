import type { Transport } from '../../core/probe/transport.ts';
import { websocket as echo, type WebSocketOptions } from '../../core/probe/websocket.ts';
import { isMixed } from '../mixed-content.ts';
import { isSettled } from './settled.ts';

/** Times a WebSocket's echo, as `websocket` of core does, with the page's own WebSocket. It needs no permission of the relay (CORS). */
export function websocket(options: Partial<WebSocketOptions> = {}): Transport {
  const { WebSocket = globalThis.WebSocket, now = () => performance.now(), random = (bytes) => void crypto.getRandomValues(bytes), isEnough = isSettled } = options;
  const transport = echo({ WebSocket, now, random, isEnough });
  return { ...transport, supports: (node) => WebSocket !== undefined && transport.supports(node) && !isMixed(node.websocket ?? '') };
}
