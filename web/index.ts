/**
 * nearest-relay in a web page: what measures with WebRTC, fetch and WebSocket.
 *
 * ```ts
 * import { nearest, nearestIceServers } from 'nearest-relay/web';
 *
 * const { home, decision } = await nearest({ map: '/relays.json' });
 * console.log(home?.region.name, decision.sentence);
 *
 * const { iceServers } = await nearestIceServers({ map: '/relays.json', credentials: (region) => fetchCredentials(region.code) });
 * const call = new RTCPeerConnection({ iceServers });
 * ```
 *
 * Tailscale's relays answer no browser's STUN, so a map of DERP servers alone is measured over HTTPS and WebSocket, and
 * `report.udp` stays unknown. Importing this is safe where there is no page, as on a server.
 */
export { nearest, type Nearest, type NearestOptions } from './nearest.ts';
export { watchNearest } from './watch.ts';
export { nearestIceServers, type IceSource, type NearestIceServers, type NearestIceServersOptions } from './ice-servers.ts';
export { watchIceServers, type WatchIceServersOptions } from './watch-ice-servers.ts';
export type { GetCredentials, TurnCredentials } from '../core/ice/credentials.ts';
export type { IceServers, IceServersChange, IceServersEvent } from '../core/ice/events.ts';
export type { LiveIceServers } from '../core/ice/live.ts';
export * from './transports/index.ts';
export { webNetwork } from './network.ts';
export { isThrifty, pageStretch, thriftyFactor } from './pace.ts';
export { localStore } from './store.ts';
export { mixedContent } from './mixed-content.ts';
export { loadMap, type LoadedMap, type MapSource } from './load-map.ts';
