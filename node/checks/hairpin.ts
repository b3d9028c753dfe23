import { randomBytes } from 'node:crypto';
import { parseIp } from '../../core/model/address.ts';
import type { NetworkCheck } from '../../core/probe/check.ts';
import { bound } from './bound.ts';
import { openGatewaySocket, send } from './gateway-socket.ts';
import type { Endpoint } from './gateway-socket.ts';

/** The way to one's own router and back (netcheck 2022's `hairpinCheckTimeout`). */
const answerMs = 100;
/** An address that nobody has (RFC 5737), and a port that means nothing there. */
const nowhere: Endpoint = { address: '203.0.113.1', port: 12345 };

/** A STUN socket that can be listened to for a Binding request, which is normally a server's to get. */
export interface RequestReceiver {
  /**
   * Whether a Binding request with this transaction id arrives before the signal aborts. It listens from the call on.
   * Resolves with false when the signal aborts; never rejects.
   */
  receivesRequest(txid: Uint8Array, signal: AbortSignal): Promise<boolean>;
}

export interface HairpinOptions {
  /** The IPv4 socket that the relays saw at `report.globalV4`. */
  readonly stun: RequestReceiver;
  readonly encodeBindingRequest: (txid: Uint8Array) => Uint8Array;
}

/**
 * Hairpinning (RFC 4787 section 6), as netcheck did until 2023: a second socket sends to the first one's public address, and
 * the router turns the packet around, or not. Two peers behind the same router reach each other by public address only then.
 */
export function hairpin({ stun, encodeBindingRequest }: HairpinOptions): NetworkCheck {
  return {
    name: 'hairpin',
    delayMs: 0,
    timeoutMs: 1000,
    fullOnly: true,
    needs: 'globalV4',
    async run({ report, signal }) {
      const target = parseEndpoint(report.globalV4);
      if (!target) return {};
      const limit = bound(signal, answerMs);
      try {
        const socket = await openGatewaySocket({ signal: limit.signal }, () => {}, () => {});
        // Some routers turn nothing around for a socket that never spoke to the outside (tailscale/tailscale#188). One at
        // loopback has no router.
        if (!target.address.startsWith('127.')) await send(socket, Uint8Array.of(0), nowhere);
        const txid = Uint8Array.from(randomBytes(12));
        const arrival = stun.receivesRequest(txid, limit.signal);
        if ((await send(socket, encodeBindingRequest(txid), target)) !== undefined) return {};
        const arrived = await arrival;
        return arrived || limit.expired() ? { hairpinning: arrived } : {};
      } catch {
        return {};
      } finally {
        limit.end();
      }
    },
  };
}

function parseEndpoint(text: string | undefined): Endpoint | undefined {
  const [, address = '', digits = ''] = /^([\d.]+):(\d{1,5})$/.exec(text ?? '') ?? [];
  const port = Number(digits);
  return parseIp(address)?.bytes.length === 4 && port > 0 && port < 65536 ? { address, port } : undefined;
}
