// What the Workers runtime has beyond the web's own, as far as this folder uses it. The whole of
// `@cloudflare/workers-types` would replace the web's types by its own, in code that runs on Node as well.
declare module 'cloudflare:sockets' {
  export function connect(address: { readonly hostname: string; readonly port: number }): import('@cloudflare/workers-types').Socket;
}

interface ServerSideWebSocket extends WebSocket {
  accept(): void;
}

/** The two ends of one connection: the client's, which goes into the answer, and the server's. */
declare var WebSocketPair: new () => { readonly 0: WebSocket; readonly 1: ServerSideWebSocket };

interface ResponseInit {
  webSocket?: WebSocket;
}
