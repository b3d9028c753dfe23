import { aborted, bound } from './bound.ts';
import { localAddressTowards, openGatewaySocket, send } from './gateway-socket.ts';
import type { Endpoint } from './gateway-socket.ts';
import { anyTarget, encodeSearch, gatewayTarget, isGatewayDevice } from './upnp.ts';

/**
 * Searches for UPnP port mapping at a gateway. First it asks the gateway itself: many answer to that, and the host's
 * firewall then lets the answer to the second question in, which goes to the multicast group (the standard asks for no more
 * than answering there). Only the gateway's own answer counts, from whatever port: another router in the house maps nothing
 * for us. True, false after `ms` without an answer, undefined if nothing could be sent or it was given up. Never rejects.
 */
export async function askUpnp(gateway: Endpoint, group: Endpoint | undefined, ms: number, signal: AbortSignal): Promise<boolean | undefined> {
  let isThere = false;
  let wasSent = false;
  const limit = bound(signal, ms);
  const learn = (bytes: Uint8Array, from: { readonly address: string }): void => {
    if (from.address !== gateway.address || !isGatewayDevice(bytes)) return;
    isThere = true;
    limit.end();
  };
  try {
    const local = await localAddressTowards(gateway, limit.signal);
    const socket = await openGatewaySocket({ local, signal: limit.signal }, learn, () => {});
    const sends = [send(socket, encodeSearch(gatewayTarget), gateway), send(socket, encodeSearch(anyTarget), gateway)];
    if (group) {
      // Else the group's packets leave by the default route, which may be a VPN's.
      socket.setMulticastInterface(local);
      sends.push(send(socket, encodeSearch(gatewayTarget), group));
    }
    wasSent = (await Promise.all(sends)).includes(undefined);
    if (wasSent) await aborted(limit.signal);
  } catch {
    // No socket, or none in the gateway's network: nothing was asked, or nothing will be heard.
  } finally {
    limit.end();
  }
  if (isThere) return true;
  return wasSent && limit.expired() ? false : undefined;
}
