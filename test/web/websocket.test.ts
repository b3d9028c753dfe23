import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endQuietly, openingMs } from '../../web/transports/websocket.ts';

/** A socket in one of the standard's states, which ends when it is closed. */
function socketIn(readyState: number): { readonly socket: Parameters<typeof endQuietly>[0]; readonly closes: () => number; tell(type: string): void } {
  const target = new EventTarget();
  let closes = 0;
  const socket = {
    readyState, binaryType: '', send: () => {},
    close: () => {
      closes++;
      target.dispatchEvent(new Event('close'));
    },
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as (event: Event) => void),
  };
  return { socket, closes: () => closes, tell: (type) => { target.dispatchEvent(new Event(type)); } };
}

describe('endQuietly()', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  it.each([
    { what: 'one that is open at once', readyState: 1, closed: 1 },
    { what: 'one that is being opened not yet', readyState: 0, closed: 0 },
  ])('closes $what', ({ readyState, closed }) => {
    const { socket, closes } = socketIn(readyState);
    endQuietly(socket);
    expect(closes()).toBe(closed);
  });

  it.each([
    { what: 'it is open', tell: 'open', afterMs: 0, closes: 1 },
    { what: 'it has not opened in time', tell: undefined, afterMs: openingMs, closes: 1 },
    { what: 'it has failed by itself: never', tell: 'close', afterMs: openingMs, closes: 0 },
  ])('closes what is being opened once $what, and leaves no timer', ({ tell, afterMs, closes }) => {
    const opening = socketIn(0);
    endQuietly(opening.socket);
    if (tell) opening.tell(tell);
    vi.advanceTimersByTime(afterMs);
    expect(opening.closes()).toBe(closes);
    expect(vi.getTimerCount()).toBe(0);
  });
});
