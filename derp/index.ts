/**
 * A client of DERP relays, those of Tailscale and Headscale, in Node, browsers and Workers. The one part of this package with
 * cryptography in it: the login. Packets are the application's to encrypt; the relay sees them.
 *
 * @example
 * import { connectDerp, generateDerpKey } from 'nearest-relay/derp';
 *
 * await using client = await connectDerp({ url: 'wss://relay.example.org/derp', key: generateDerpKey() });
 * console.log(await client.ping());
 *
 * @module
 */
export { connectDerp, type DerpOptions } from './connect.ts';
export { connectDerpHome, type DerpConnection, type DerpHomeOptions } from './connect-home.ts';
export type { ClientOptions, DerpClient, DerpEvent } from './client.ts';
export type { DuplexLike } from './duplex-stream.ts';
export type { DerpServerInfo } from './info.ts';
export { derpKeyOf, formatDerpKey, formatDerpPrivateKey, generateDerpKey, parseDerpKey, parseDerpPrivateKey, type DerpKey } from './keys.ts';
export type { DerpPacket, QueueLimits } from './packet-queue.ts';
export type { PingOptions } from './pings.ts';
export type { DerpWebSocket, DerpWebSocketConstructor } from './web-socket-stream.ts';
export type { Random } from './box.ts';
export { DerpError, type DerpErrorCode } from '../core/wire/derp.ts';
export type { ByteStream, ByteStreamReader } from './byte-stream.ts';
export type { PeerGoneReason } from '../core/wire/derp.ts';
