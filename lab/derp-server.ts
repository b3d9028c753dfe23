import { DerpError } from '../core/wire/derp.ts';
import type { DerpFrame } from '../core/wire/derp.ts';
import type { ByteStream } from '../derp/byte-stream.ts';
import { hexOf } from '../derp/keys.ts';
import { openLink } from '../derp/link.ts';
import type { Link } from '../derp/link.ts';
import { createServerLogin } from '../derp/server-login.ts';
import { createRelayClients } from './derp-clients.ts';
import type { RelayClient } from './derp-clients.ts';
import type { Counters } from './counters.ts';
import type { RelayNotice } from './notice.ts';

const KEEP_ALIVE_MS = 60_000;
/** From the connection to the end of the login. */
const LOGIN_MS = 10_000;
/** What waits for a client that does not read: packets beyond that are dropped. */
const MOST_UNREAD_BYTES = 262_144;
/** The same for answers to its pings. */
const MOST_PONG_BYTES = 16_384;
/** Partners that a client is remembered to have. */
const MOST_PARTNERS = 1024;

/** `TS💬`, a key and a nonce: a packet by which Tailscale's clients look for one another. Of those alone a relay says that nobody is there. */
const DISCOVERY: readonly number[] = [0x54, 0x53, 0xf0, 0x9f, 0x92, 0xac];
const LEAST_DISCOVERY_BYTES = DISCOVERY.length + 32 + 24;
const isDiscovery = (packet: Uint8Array): boolean => packet.length >= LEAST_DISCOVERY_BYTES && DISCOVERY.every((byte, at) => packet[at] === byte);

export interface DerpServer {
  /** In hex, as the answer to an upgrade has it. */
  readonly publicKeyHex: string;
  accept(stream: ByteStream): void;
  /** Tells all who are logged in. */
  tell(notice: RelayNotice): void;
}

/** Serves DERP on connections that it is handed: packets between clients of this relay, and what is said beside them. No mesh. */
export function createDerpServer({ derp: count }: Counters): DerpServer {
  const login = createServerLogin();
  const clients = createRelayClients();
  const recount = (): void => {
    count.clients = clients.count;
    count.preferred = clients.preferred;
  };

  function accept(stream: ByteStream): void {
    const link = openLink(stream, 'client', (frame, link) => {
      if (frame.type === 'unknown') return;
      const greeting = frame.type === 'clientInfo' ? login.greet(frame.clientKey, frame.box) : undefined;
      if (frame.type !== 'clientInfo' || !greeting) throw new DerpError('refused', 'no login');
      clearTimeout(limit);
      link.send({ type: 'serverInfo', box: greeting });
      serve(link, frame.clientKey);
    });
    const limit = setTimeout(() => void link.end(new DerpError('timeout', 'no login in time')), LOGIN_MS).unref();
    void link.ended.then(() => clearTimeout(limit));
    link.send({ type: 'serverKey', serverKey: login.publicKey });
  }

  function serve(link: Link, key: Uint8Array): void {
    const client: RelayClient = { key, name: hexOf(key), link, partners: new Map(), isPreferred: false };
    const keepAlive = setInterval(() => link.send({ type: 'keepAlive' }), KEEP_ALIVE_MS).unref();
    clients.add(client);
    count.logins++;
    recount();
    link.onFrame((frame) => take(client, frame));
    void link.ended.then(() => {
      clearInterval(keepAlive);
      clients.remove(client);
      recount();
      if (clients.find(client.name)) return;
      for (const partner of client.partners.keys()) clients.find(partner)?.link.send({ type: 'peerGone', peer: key, reason: 'disconnected' });
    });
  }

  function take(client: RelayClient, frame: DerpFrame): void {
    clients.touch(client);
    switch (frame.type) {
      case 'sendPacket': return forward(client, frame.destination, frame.packet);
      case 'ping':
        if (client.link.bufferedBytes <= MOST_PONG_BYTES) client.link.send({ type: 'pong', data: frame.data });
        return undefined;
      case 'notePreferred':
        client.isPreferred = frame.preferred;
        return recount();
      // What needs the secret of a mesh, and a second login.
      case 'forwardPacket': case 'watchConns': case 'closePeer': case 'clientInfo': throw new DerpError('refused', `${frame.type} from a client`);
      default: return undefined;
    }
  }

  function forward(client: RelayClient, destination: Uint8Array, packet: Uint8Array): void {
    const name = hexOf(destination);
    const receiver = clients.find(name);
    if (!receiver || receiver.link.bufferedBytes > MOST_UNREAD_BYTES) {
      count.dropped++;
      if (!receiver && isDiscovery(packet) && client.link.bufferedBytes <= MOST_UNREAD_BYTES) client.link.send({ type: 'peerGone', peer: destination, reason: 'not-here' });
      return;
    }
    if (client.partners.size < MOST_PARTNERS) client.partners.set(name, destination);
    count.forwarded++;
    receiver.link.send({ type: 'recvPacket', source: client.key, packet });
  }

  return {
    publicKeyHex: hexOf(login.publicKey),
    accept,
    tell(notice) {
      for (const { link } of clients.all()) link.send(notice);
    },
  };
}
