import { expect, it } from 'vitest';
import { createGatherer } from '../../../web/transports/gatherer.ts';
import { createStartTimes } from '../../../web/transports/start-time.ts';
import { virtualClock } from '../../virtual-clock.ts';
import { fakeBrowser } from './fake-peer-connection.ts';

const relay = 'stun:192.0.2.1:20';

interface Case {
  readonly what: string;
  /** When the host candidate is heard, ms after the call; absent: not before the answer. */
  readonly hostMs?: number;
  /** How late a candidate may be heard, by the time since the call. */
  readonly readLateMs?: (sinceMs: number) => number;
  readonly wasBusy?: boolean;
  readonly is: { readonly latencyMs: number; readonly lateMs?: number };
}

it.each<Case>([
  { what: 'a page that is idle', hostMs: 2, is: { latencyMs: 20, lateMs: 0 } },
  { what: 'the answer was read late', hostMs: 2, readLateMs: (ms) => (ms > 10 ? 15 : 0), is: { latencyMs: 20, lateMs: 15 } },
  { what: 'no later than all of it', hostMs: 2, readLateMs: (ms) => (ms > 10 ? 70 : 0), is: { latencyMs: 20, lateMs: 20 } },
  { what: 'the host candidate came late, and maybe the request', hostMs: 14, wasBusy: true, is: { latencyMs: 30, lateMs: 10 } },
  { what: 'both', hostMs: 14, readLateMs: (ms) => (ms > 20 ? 13 : 0), wasBusy: true, is: { latencyMs: 30, lateMs: 23 } },
  { what: 'no host candidate before the answer, in a busy page', wasBusy: true, is: { latencyMs: 20, lateMs: 20 } },
  { what: 'no host candidate before the answer', is: { latencyMs: 20 } },
])('$what', async ({ hostMs, readLateMs = () => 0, wasBusy = false, is }) => {
  const clock = virtualClock();
  const browser = fakeBrowser({ rttMs: { [relay]: 20 }, sleep: (ms) => clock.sleep(ms), hostMs, createMs: 0 });
  const startOf = createStartTimes();
  // As from a connection that gathered before.
  startOf({ calledMs: 0, hostMs: 2 });
  let calledMs = 0;
  const watch = { readLateMs: (atMs: number) => readLateMs(atMs - calledMs), wasBusySince: (atMs: number) => wasBusy && atMs === calledMs };
  const gatherer = createGatherer(browser.RTCPeerConnection, { now: clock.now, startOf, watch });
  const gathered = await clock.until(gatherer.gather([relay], { signal: new AbortController().signal, onStarted: () => {}, onSent: () => { calledMs = clock.now(); } }));
  expect(gathered.latencyMs).toBeCloseTo(is.latencyMs, 0);
  if (is.lateMs === undefined) expect(gathered.lateMs).toBeUndefined();
  else expect(gathered.lateMs).toBeCloseTo(is.lateMs, 0);
  gatherer.close();
});
