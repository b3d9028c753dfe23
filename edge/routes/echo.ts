import type { WSEvents } from 'hono/ws';
import { clientKey } from '../client.ts';
import type { Edge, Routes } from '../edge.ts';
import type { Description } from '../openapi/description.ts';
import { Problem } from '../problem.ts';
import { createRateLimit } from '../rate-limit.ts';

const mostBytes = 64;
/** Far more than a client needs to measure. */
const mostMessages = 1_000;
const idleMs = 60_000;
/** However busy: else one client could gather connections, one a second, until there are no more. */
const mostMs = 120_000;
/** Answers that the client does not read. */
const mostUnreadBytes = 16_384;
const perClient = { burst: 30, everyMs: 1_000 };

const normalClose = 1000;
const unsupportedData = 1003;
const policyViolation = 1008;
const messageTooBig = 1009;

export const description: Description = {
  name: 'echo', method: 'get', path: '/v1/echo', summary: 'A WebSocket that sends binary messages of up to 64 bytes back',
  // In plain words, as what is reckoned would stay in the Worker, where nobody reads it.
  description: 'Ends with 1003 after text, 1009 after a longer message, 1008 after 1,000 messages, 1000 after a minute of silence or two in all.',
  answers: { 101: { description: 'The WebSocket' } }, problems: [426, 429],
};

export function echo(routes: Routes, { deps }: Edge): void {
  const limit = createRateLimit(perClient);
  const upgrade = deps.upgradeWebSocket(createEcho);
  routes.get('/v1/echo', async (c) => {
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') throw new Problem(426, 'this is a WebSocket', { headers: { upgrade: 'websocket', connection: 'upgrade' } });
    const waitMs = limit.take(clientKey(deps.clientOf(c.req.raw)), deps.wall());
    if (waitMs > 0) throw new Problem(429, 'too many connections from this client', { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } });
    const upgraded = await upgrade(c, async () => {});
    if (!upgraded) throw new Error('no upgrade');
    return upgraded;
  });
}

/** What one connection does: an echo is never longer than the question. */
function createEcho(): WSEvents {
  let left = mostMessages;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let end: ReturnType<typeof setTimeout> | undefined;
  const clear = (): void => {
    clearTimeout(idle);
    clearTimeout(end);
  };
  return {
    onOpen: (_, socket) => {
      end = setTimeout(() => socket.close(normalClose), mostMs);
      idle = setTimeout(() => socket.close(normalClose), idleMs);
    },
    onMessage({ data }, socket) {
      clearTimeout(idle);
      idle = setTimeout(() => socket.close(normalClose), idleMs);
      if (!(data instanceof ArrayBuffer)) return socket.close(unsupportedData);
      if (data.byteLength > mostBytes) return socket.close(messageTooBig);
      if (left-- <= 0 || unreadBytes(socket.raw) > mostUnreadBytes) return socket.close(policyViolation);
      socket.send(data);
    },
    onClose: clear,
    onError: clear,
  };
}

/** Workers do not tell. */
function unreadBytes(socket: unknown): number {
  const { bufferedAmount } = (socket ?? {}) as { readonly bufferedAmount?: unknown };
  return typeof bufferedAmount === 'number' ? bufferedAmount : 0;
}
