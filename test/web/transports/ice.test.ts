import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RelayNode } from '../../../core/model/map.ts';
import type { Sample } from '../../../core/model/sample.ts';
import type { IceTransport } from '../../../web/transports/ice.ts';
import { ice, lookUpMs } from '../../../web/transports/ice.ts';
import { patienceMs, poolSize } from '../../../web/transports/ice-pool.ts';
import { lingerMs } from '../../../web/transports/page-pool.ts';
import { virtualClock, type VirtualClock } from '../../virtual-clock.ts';
import { errorOf } from '../../until.ts';
import type { Behaviour, FakeBrowser } from './fake-peer-connection.ts';
import { fakeBrowser } from './fake-peer-connection.ts';

const nodeAt = (port: number, change: Partial<RelayNode> = {}): RelayNode => ({ name: `at ${port}`, host: 'relay.test', ipv4: '192.0.2.1', ipv6: 'none', stun: { port, dialect: 'plain' }, ...change });
const urlOf = (port: number): string => `stun:192.0.2.1:${port}`;
const named = nodeAt(9, { ipv4: '', ipv6: '' });
const silent = nodeAt(1);

describe('ice()', () => {
  let clock: VirtualClock;
  let browser: FakeBrowser;
  let transport: IceTransport;
  let controller: AbortController;
  /** Timers of the transport, not of the simulated browser. */
  let timers: number;

  /** The relay at port n answers after n ms, but the one at 1, which is silent. */
  function start(behaviour: Partial<Behaviour> = {}): void {
    clock = virtualClock();
    const rttMs = Object.fromEntries(Array.from({ length: 400 }, (_, port) => [urlOf(port), port === 1 ? Infinity : port]));
    browser = fakeBrowser({ rttMs: { ...rttMs, 'stun:relay.test:9': 9 }, sleep: (ms) => clock.sleep(ms), hostMs: 2, ...behaviour });
    timers = 0;
    transport = ice({ RTCPeerConnection: browser.RTCPeerConnection, clock: { now: clock.now, sleep: (ms, signal) => counted(clock.sleep(ms, signal)) } });
    controller = new AbortController();
  }
  const counted = (sleep: Promise<void>): Promise<void> => {
    timers++;
    return sleep.finally(() => { timers--; });
  };
  beforeEach(() => start());

  const probe = (node: RelayNode, signal = controller.signal): Promise<Sample> => transport.probe(node, { signal });
  const measure = (node: RelayNode): Promise<Sample> => clock.until(probe(node));

  it('counts from the host candidate to the server reflexive one', async () => {
    expect(await measure(nodeAt(20))).toEqual({ kind: 'ice', latencyMs: 20, family: 4, mapped: '192.0.2.7:4000' });
    browser.behave({ createMs: 30, appliedMs: 1, hostMs: 1.5 });
    expect((await measure(nodeAt(20))).latencyMs).toBe(20);
  });

  it.each<{ what: string; behaviour: Partial<Behaviour>; port?: number; expected: object }>([
    { what: 'a start that was announced late makes no latency small', behaviour: { hostMs: 40, sentMs: 1.5 }, port: 100, expected: { latencyMs: 97.5, doubt: ['event-loop'] } },
    { what: 'without host candidates it counts from the call', behaviour: { hostMs: undefined, sentMs: 1.5, appliedMs: 1 }, port: 100, expected: { latencyMs: 100.5, doubt: ['event-loop'] } },
    { what: 'Chromium may have asked again', behaviour: {}, port: 255, expected: { latencyMs: 255, doubt: ['retransmitted'] } },
    { what: 'Chromium cannot have asked again', behaviour: {}, port: 240, expected: { latencyMs: 240 } },
    { what: 'Firefox may have asked again', behaviour: { hasUrl: false }, port: 110, expected: { latencyMs: 110, doubt: ['retransmitted'] } },
    { what: 'Firefox cannot have asked again', behaviour: { hasUrl: false }, port: 90, expected: { latencyMs: 90 } },
    { what: 'an obfuscated address is none', behaviour: { mappedAddress: () => 'b.local' }, expected: { mapped: undefined, family: undefined } },
  ])('$what', async ({ behaviour, port = 20, expected }) => {
    // Warm before: what follows is about the measurement alone.
    await measure(nodeAt(20));
    browser.behave(behaviour);
    const sample = await measure(nodeAt(port));
    expect({ mapped: sample.mapped, family: sample.family, ...sample }).toMatchObject(expected);
    expect(sample.doubt).toEqual('doubt' in expected ? expected.doubt : undefined);
  });

  it('asks a name twice, until DNS has been asked lately', async () => {
    const asked = async (): Promise<number | undefined> => {
      expect(await measure(named)).toMatchObject({ latencyMs: 9 });
      return browser.asked.get('stun:relay.test:9');
    };
    expect([await asked(), await asked()]).toEqual([2, 3]);
    await clock.advance(60_001);
    expect(await asked()).toBe(5);
  });

  it('resolves as cold when it is cut short at a name', async () => {
    const sample = probe(named);
    await clock.advance(20);
    controller.abort();
    expect(await sample).toMatchObject({ kind: 'ice', doubt: ['cold'] });
  });

  it.each([
    { what: 'one look-up', stuck: 1, tries: 2, tookMs: lookUpMs },
    { what: 'two look-ups', stuck: 2, tries: 3, tookMs: 3 * lookUpMs },
  ])('starts over where $what got stuck, by another connection', async ({ stuck, tries, tookMs }) => {
    start({ stuck });
    const began = clock.now();
    expect(await measure(named)).toMatchObject({ latencyMs: 9 });
    expect(browser.counts.made).toBe(tries);
    expect(clock.now() - began).toBeGreaterThanOrEqual(tookMs);
    expect(clock.now() - began).toBeLessThan(tookMs + 500);
  });

  it('gives a silent relay with a name up when it is told to, and leaves no timer', async () => {
    start({ rttMs: {} });
    const failure = errorOf(probe(named));
    await clock.advance(10_000);
    // After 1.5 s, 4.5 s: and once more it is asked until the end.
    expect(browser.asked.get('stun:relay.test:9')).toBe(3);
    controller.abort();
    expect(await failure).toMatchObject({ code: 'no-answer', sent: true });
    transport.close();
    await clock.advance(lingerMs);
    expect(timers).toBe(0);
    expect(browser.counts).toMatchObject({ open: 0, gathering: 0 });
  });

  it('fails when the browser has gathered all and tells no public address', async () => {
    start({ withoutSrflx: true });
    expect(await clock.until(errorOf(probe(nodeAt(20))))).toMatchObject({ code: 'failed', sent: true });
  });

  it('fails before anything is sent where the browser takes no such URL', async () => {
    expect(await clock.until(errorOf(probe(nodeAt(9, { ipv4: '', host: 'bad host' }))))).toMatchObject({ name: 'ProbeFailure', code: 'failed', sent: false });
    expect((await measure(nodeAt(20))).latencyMs).toBe(20);
  });

  it('fails when the browser makes no connection, and recovers', async () => {
    const { RTCPeerConnection } = browser;
    let refuses = true;
    const limited = function limited() {
      if (refuses) throw new Error('Cannot create so many PeerConnections');
      return new RTCPeerConnection();
    } as unknown as typeof RTCPeerConnection;
    transport = ice({ RTCPeerConnection: limited, clock });
    expect(await clock.until(errorOf(probe(nodeAt(20))))).toMatchObject({ name: 'ProbeFailure', code: 'failed', sent: false });
    refuses = false;
    expect((await measure(nodeAt(20))).latencyMs).toBe(20);
  });

  it.each<{ what: string; node: RelayNode; supports: boolean }>([
    { what: 'plain STUN', node: nodeAt(20), supports: true },
    { what: 'STUN for Tailscale alone', node: nodeAt(20, { stun: { port: 3478, dialect: 'tailscale' } }), supports: false },
    { what: 'no STUN', node: { name: 'a', host: 'relay.test' }, supports: false },
    { what: 'no address', node: nodeAt(20, { ipv4: 'none' }), supports: false },
  ])('supports $what: $supports', ({ node, supports }) => {
    expect(transport.supports(node)).toBe(supports);
    expect(ice({ clock }).supports(node)).toBe(false);
  });

  it('takes no candidate of a gathering before for its own', async () => {
    start({ staleMs: 1 });
    const over = new AbortController();
    const given = errorOf(probe(nodeAt(50), over.signal));
    await clock.advance(20);
    over.abort();
    await given;
    await clock.advance(0);
    const began = clock.now();
    const sample = await measure(nodeAt(100));
    expect(browser.counts.made).toBe(1);
    expect(clock.now() - began).toBeGreaterThan(100);
    expect(sample.latencyMs).toBe(100);
  });

  it('watches the page while probes are under way, and no longer', async () => {
    const own = new Map<unknown, () => void>();
    vi.stubGlobal('document', { visibilityState: 'visible' });
    vi.stubGlobal('setTimeout', (run: () => void) => own.set(run, run) && run);
    vi.stubGlobal('clearTimeout', (run: unknown) => own.delete(run));
    try {
      const error = errorOf(probe(silent));
      await clock.advance(30);
      expect(own.size).toBe(1);
      // Nothing ticks: as a page whose thread is busy.
      expect(await measure(nodeAt(20))).toMatchObject({ latencyMs: 20, lateMs: 20, doubt: ['event-loop'] });
      expect(own.size).toBe(1);
      controller.abort();
      await error;
      expect(own.size).toBe(0);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('leaves nothing when it is aborted', async () => {
    const error = errorOf(probe(silent));
    await clock.advance(30);
    expect(browser.counts.gathering).toBe(1);
    controller.abort();
    expect(await error).toMatchObject({ code: 'no-answer', sent: true });
    await clock.advance(0);
    expect(browser.counts).toMatchObject({ open: 1, gathering: 0 });
    expect(timers).toBe(0);
  });

  it('sends nothing when it is aborted before the offer is there', async () => {
    await measure(nodeAt(20));
    await clock.advance(0);
    browser.behave({ createMs: 30 });
    const error = errorOf(probe(nodeAt(30)));
    await clock.advance(10);
    controller.abort();
    expect(await error).toMatchObject({ code: 'aborted', sent: false });
    await clock.advance(100);
    expect(browser.asked.has(urlOf(30))).toBe(false);
    expect(browser.counts.gathering).toBe(0);
  });

  it('replaces a connection that does not come to rest', async () => {
    await measure(nodeAt(20));
    browser.behave({ rollbackMs: 1e6 });
    await measure(nodeAt(20));
    browser.behave({ rollbackMs: 0 });
    await clock.advance(2_000);
    expect((await measure(nodeAt(20))).latencyMs).toBe(20);
    expect(browser.counts).toMatchObject({ made: 2, open: 1 });
  });

  it('makes ready without sending', async () => {
    await clock.until(transport.open());
    expect(browser.counts).toMatchObject({ made: poolSize, open: poolSize, gathering: 0, mostGathering: 1 });
    expect(browser.asked.size).toBe(0);
    const began = clock.now();
    await measure(nodeAt(20));
    expect(clock.now() - began).toBeLessThan(25);
    expect(browser.counts.made).toBe(poolSize);
  });

  it('shares the connections of a page, and closes them some time after the last transport', async () => {
    for (let round = 0; round < 60; round++) {
      const other = ice({ RTCPeerConnection: browser.RTCPeerConnection, clock });
      await clock.until(Promise.all([measure(nodeAt(20)), other.probe(nodeAt(30), { signal: controller.signal })]));
      await other.close();
    }
    await clock.advance(lingerMs);
    expect(browser.counts).toMatchObject({ made: 2, open: 2 });
    await transport.close();
    await transport.close();
    await clock.advance(lingerMs - 1);
    expect(browser.counts).toMatchObject({ made: 2, open: 2, gathering: 0 });
    await clock.advance(1);
    expect(browser.counts.open).toBe(0);
    expect(timers).toBe(0);
  });

  describe('many at once', () => {
    it('measures them one after the other, ten at a time at most, in the order of asking', async () => {
      const done: number[] = [];
      const ports = Array.from({ length: 35 }, (_, at) => 50 + at);
      const samples = await clock.until(Promise.all(ports.map(async (port) => {
        const sample = await probe(nodeAt(port));
        done.push(port);
        return sample;
      })));
      expect(samples.map(({ latencyMs }) => latencyMs)).toEqual(ports);
      expect(done).toEqual(ports);
      expect(browser.counts).toMatchObject({ made: poolSize, mostGathering: poolSize, mostStarting: 1 });
    });

    it('says of each when it leaves', async () => {
      const sentMs: number[] = [];
      const began = clock.now();
      await clock.until(Promise.all([50, 51, 52].map((port, at) => transport.probe(nodeAt(port), { signal: controller.signal, onSent: () => { sentMs[at] = clock.now() - began; } }))));
      expect(transport.queues).toBe(true);
      // Each makes its connection ready, 3 ms, and its offer, 1 ms, and has sent 2 ms later.
      expect(sentMs).toEqual([6, 12, 18]);
    });

    it('starts the next where no start is seen', async () => {
      start({ hostMs: undefined });
      const errors = [silent, silent, silent, silent].map((node) => errorOf(probe(node)));
      await clock.advance(200);
      expect(browser.asked.get(urlOf(1))).toBe(4);
      controller.abort();
      await Promise.all(errors);
    });

    it('lets silent relays wait while nobody else does', async () => {
      const errors = Array.from({ length: poolSize }, () => errorOf(probe(silent)));
      await clock.advance(30_000);
      expect(browser.counts.gathering).toBe(poolSize);
      controller.abort();
      for (const error of await Promise.all(errors)) expect(error).toMatchObject({ code: 'no-answer', sent: true });
    });

    it('takes the place of a relay that was silent long enough', async () => {
      const rest = new AbortController();
      const errors = Array.from({ length: poolSize }, () => errorOf(probe(silent, rest.signal)));
      await clock.advance(100);
      const began = clock.now();
      expect((await measure(nodeAt(20))).latencyMs).toBe(20);
      expect(clock.now() - began).toBeLessThan(patienceMs + 50);
      expect(await errors[0]).toMatchObject({ code: 'no-answer', sent: true });
      expect(browser.counts.gathering).toBe(poolSize - 1);
      rest.abort();
      await Promise.all(errors);
    });

    it('gives up those that wait, unsent', async () => {
      const rest = new AbortController();
      const errors = Array.from({ length: poolSize }, () => errorOf(probe(silent, rest.signal)));
      const waits = errorOf(probe(nodeAt(20)));
      await clock.advance(100);
      controller.abort();
      expect(await waits).toMatchObject({ code: 'aborted', sent: false });
      expect(browser.asked.has(urlOf(20))).toBe(false);
      rest.abort();
      await Promise.all(errors);
      await clock.advance(0);
      expect(timers).toBe(0);
    });

    it('ends them all when it is closed', async () => {
      const errors = Array.from({ length: poolSize + 5 }, () => errorOf(probe(silent)));
      await clock.advance(100);
      await transport.close();
      for (const error of await Promise.all(errors)) expect(error).toMatchObject({ code: 'aborted' });
      await clock.advance(lingerMs);
      expect(browser.counts).toMatchObject({ open: 0, gathering: 0 });
      expect(timers).toBe(0);
    });
  });
});
