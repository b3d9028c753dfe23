import type { WSContext, WSEvents } from 'hono/ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRig } from './rig.ts';

/** What the route does with a connection, and the codes that it is closed with. */
async function opened(): Promise<{ readonly events: WSEvents; readonly socket: WSContext; readonly closed: (number | undefined)[] }> {
  let events: WSEvents = {};
  const closed: (number | undefined)[] = [];
  const socket = { close: (code?: number) => { closed.push(code); }, send: () => {}, raw: {} } as unknown as WSContext;
  const rig = createRig({ upgradeWebSocket: (make) => async (c) => {
    events = make();
    return c.body(null, 204);
  } });
  await rig.get('/v1/echo', { headers: { upgrade: 'websocket' } });
  events.onOpen?.(new Event('open'), socket);
  return { events, socket, closed };
}

const say = ({ events, socket }: Awaited<ReturnType<typeof opened>>): void => events.onMessage?.({ data: new ArrayBuffer(8) } as MessageEvent, socket);

describe('an echo', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  it('ends after a minute of silence', async () => {
    const { closed } = await opened();
    vi.advanceTimersByTime(59_999);
    expect(closed).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(closed).toEqual([1000]);
  });

  it('ends after two minutes however busy it is, so that a client holds no more than a hundred and fifty', async () => {
    const connection = await opened();
    for (let second = 0; second < 119; second++) {
      vi.advanceTimersByTime(1_000);
      say(connection);
    }
    expect(connection.closed).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(connection.closed).toEqual([1000]);
  });

  it('leaves no timer behind', async () => {
    const { events, socket } = await opened();
    events.onClose?.({} as CloseEvent, socket);
    expect(vi.getTimerCount()).toBe(0);
  });
});
