import { onAbort } from '../../core/probe/on-abort.ts';
import { decodeBindingRequest } from '../../core/wire/stun.ts';
import { txidKey } from './txid.ts';

/** Those who wait for a Binding request of ours to come back through the NAT. */
export interface RequestListeners {
  wait(txid: Uint8Array, signal: AbortSignal): Promise<boolean>;
  /** Whether the datagram was a request that somebody waits for. */
  offer(datagram: Buffer): boolean;
  /** Tells all that it did not come. */
  close(): void;
}

export function requestListeners(): RequestListeners {
  const waiting = new Map<string, (came: boolean) => void>();
  return {
    wait: (txid, signal) => new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const key = txidKey(Buffer.from(txid));
      const settle = (came: boolean): void => {
        stopListening();
        if (waiting.get(key) === settle) waiting.delete(key);
        resolve(came);
      };
      const stopListening = onAbort(signal, () => settle(false));
      waiting.set(key, settle);
    }),
    offer(datagram): boolean {
      // The plain rules take both dialects. Nobody waits most of the time, and stray datagrams may come as a flood.
      const request = waiting.size === 0 ? undefined : decodeBindingRequest(datagram, { plain: true });
      const settle = request && waiting.get(txidKey(Buffer.from(request.txid)));
      settle?.(true);
      return settle !== undefined;
    },
    close(): void {
      for (const settle of waiting.values()) settle(false);
    },
  };
}
