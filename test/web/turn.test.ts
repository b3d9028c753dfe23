import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RelayNode } from '../../core/model/map.ts';
import { turn, type Peer, type PeerConstructor } from '../../web/transports/turn.ts';
import { describeTransport, slowMs } from '../contract/transport.ts';
import { errorOf, turns } from '../until.ts';

/** A TURN server by its first URL: how long a way through it takes, or what else it does. */
interface Relay { readonly wayMs?: number; readonly does?: 'silent' | 'gives no address' | 'loses every other' | 'breaks' }

/** Peers that find each other by what they signal, and talk through the relay of their configuration. */
function fakePeers(relays: Readonly<Record<string, Relay>>): { readonly Peer: PeerConstructor; readonly made: number; readonly open: number; readonly configs: RTCConfiguration[] } {
  let made = 0;
  let open = 0;
  let count = 0;
  const configs: RTCConfiguration[] = [];
  const registry = new Map<number, FakePeer>();
  class FakePeer implements Peer {
    readonly id: number = made++;
    readonly listeners: { event: string; listener: (...args: never[]) => void }[] = [];
    readonly relay: Relay;
    readonly initiator: boolean;
    other: FakePeer | undefined;
    isOpen = true;
    constructor({ initiator, config }: ConstructorParameters<PeerConstructor>[0]) {
      open++;
      configs.push(config);
      this.initiator = initiator;
      this.relay = relays[String(config.iceServers?.[0]?.urls).split(',', 1)[0] ?? ''] ?? { does: 'silent' };
      registry.set(this.id, this);
      setImmediate(() => this.begin());
    }
    begin(): void {
      if (this.relay.does === 'silent') return;
      if (this.relay.does === 'gives no address') return this.emit('iceStateChange', 'new', 'complete');
      this.emit('signal', { type: 'candidate', from: this.id });
      this.emit('iceStateChange', 'new', 'complete');
      if (this.relay.does === 'breaks') this.emit('error', new Error('Connection failed.'));
    }
    on(event: string, listener: (...args: never[]) => void): void { this.listeners.push({ event, listener }); }
    emit(event: string, ...args: unknown[]): void {
      if (this.isOpen) for (const each of this.listeners) if (each.event === event) (each.listener as (...args: unknown[]) => void)(...args);
    }
    signal(data: unknown): void {
      this.other = registry.get((data as { from: number }).from);
      if (this.initiator) setImmediate(() => this.emit('connect'));
    }
    send(bytes: Uint8Array): void {
      if (this.relay.does === 'loses every other' && this.initiator && count++ % 2 === 0) return;
      setTimeout(() => this.other?.emit('data', bytes), this.relay.wayMs ?? 0);
    }
    destroy(): void {
      if (this.isOpen) open--;
      this.isOpen = false;
    }
  }
  return { Peer: FakePeer as PeerConstructor, get made() { return made; }, get open() { return open; }, configs };
}

const nodeAt = (url: string): RelayNode => ({ name: url, host: 'relay.test', turn: { urls: [url], username: 'u', credential: 'c' } });

// What the transport asks for to know that the browser can.
beforeAll(() => { Object.assign(globalThis, { RTCPeerConnection: () => {} }); });
afterAll(() => { Reflect.deleteProperty(globalThis, 'RTCPeerConnection'); });

const byBrowser = 'the browser resolves names and chooses the family, out of our sight';

describeTransport('turn (web) over fake peers', async () => {
  const peers = fakePeers({ 'turn:live': {}, 'turn:slow': { wayMs: slowMs } });
  return {
    create: () => turn({ load: async () => peers.Peer }),
    live: nodeAt('turn:live'),
    slow: nodeAt('turn:slow'),
    silent: nodeAt('turn:silent'),
    heard: () => peers.made,
    close: async () => { expect(peers.open).toBe(0); },
  };
}, { optOut: {
  'measures the family that is asked for': byBrowser,
  'says when nobody listens': 'that a server does not answer shows after 40 s',
  'finds a relay by its name': byBrowser,
  'says when the name has no address': byBrowser,
  'does not wait for DNS for ever': byBrowser,
  'can be aborted while DNS is asked': byBrowser,
  'ends a probe that waits for DNS when it is closed': byBrowser,
} });

describe('turn', () => {
  const probe = (relay: Relay, signal = new AbortController().signal, peers = fakePeers({ 'turn:a': relay })): ReturnType<ReturnType<typeof turn>['probe']> =>
    turn({ load: async () => peers.Peer }).probe(nodeAt('turn:a'), { signal }).finally(() => expect(peers.open).toBe(0));

  it('sends only through the relay, with its credentials, and forgives lost pings', async () => {
    const peers = fakePeers({ 'turn:a': { does: 'loses every other' } });
    const sample = await turn({ load: async () => peers.Peer }).probe(nodeAt('turn:a'), { signal: new AbortController().signal });
    // A lost ping costs its wait, not its place in the figure.
    expect(sample.latencyMs).toBeLessThan(200);
    expect(peers.configs).toEqual(Array.from({ length: 2 }, () => ({ iceServers: [{ urls: ['turn:a'], username: 'u', credential: 'c' }], iceTransportPolicy: 'relay' })));
  });

  it.each<{ does: NonNullable<Relay['does']>; message: RegExp }>([
    { does: 'gives no address', message: /no relay address.*credentials/ },
    { does: 'breaks', message: /^Connection failed/ },
  ])('fails at once where the server $does', async ({ does, message }) => {
    expect(await errorOf(probe({ does }))).toMatchObject({ name: 'ProbeFailure', code: 'failed', sent: true, message: expect.stringMatching(message) });
  });

  it('resolves with what it knows when it is cut short', async () => {
    const controller = new AbortController();
    const sample = probe({ wayMs: 30 }, controller.signal);
    setTimeout(() => controller.abort(), 100);
    expect(await sample).toMatchObject({ kind: 'turn', doubt: ['cold'] });
  });

  it('can be aborted while the peers are loaded', async () => {
    const controller = new AbortController();
    const error = errorOf(turn({ load: () => new Promise(() => {}) }).probe(nodeAt('turn:a'), { signal: controller.signal }));
    await turns(1);
    controller.abort();
    expect(await error).toMatchObject({ code: 'aborted', sent: false });
  });

  it('says so where the peers cannot be loaded', async () => {
    expect(await errorOf(turn({ load: () => Promise.reject(new Error('blocked by the page\'s policy')) }).probe(nodeAt('turn:a'), { signal: new AbortController().signal }))).toMatchObject({ code: 'failed', sent: false, message: /policy/ });
  });
});
