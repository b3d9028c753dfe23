import type { MiddlewareHandler } from 'hono';
import { defineWebSocketHelper, WSContext, type WSEvents } from 'hono/ws';

/** Answers an upgrade with one end of a pair and listens on the other. What is no upgrade goes on to the next handler. */
const upgrade = defineWebSocketHelper(async (c, events) => {
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') return;
  const { 0: client, 1: server } = new WebSocketPair();
  server.binaryType = 'arraybuffer';
  const context = new WSContext<WebSocket>({
    raw: server,
    protocol: server.protocol,
    get readyState() { return server.readyState as 0 | 1 | 2 | 3; },
    send: (data) => server.send(data),
    close: (code, reason) => server.close(code, reason),
  });
  server.addEventListener('message', (event) => events.onMessage?.(event, context));
  server.addEventListener('close', (event) => events.onClose?.(event, context));
  server.addEventListener('error', (event) => events.onError?.(event, context));
  server.accept();
  events.onOpen?.(new Event('open'), context);
  return new Response(null, { status: 101, webSocket: client });
});

export const upgradeWebSocket = (events: () => WSEvents): MiddlewareHandler => upgrade(events) as MiddlewareHandler;
