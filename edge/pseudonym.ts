import { createBoundedMap } from './bounded-map.ts';
import { clientKey, networkKey } from './client.ts';
import type { Client, EdgeDeps } from './deps.ts';
import type { Location } from './fleet/facts.ts';

/** What stands for a client and its network in what is kept. */
interface Pseudonym {
  readonly client: string;
  readonly network: string;
}

/** Networks are few and come again. */
const mostNetworks = 5_000;

export interface Pseudonyms {
  both(client: Client, location: Location): Promise<Pseudonym>;
  network(client: Client, location: Location): Promise<string>;
}

/** 96 bits: two of a million clients share one with a chance below 10^-16. */
const hashBytes = 12;

/**
 * Hashes clients with HMAC-SHA-256 under the location's key of the day. Without the key nobody can try all addresses, and
 * the key is gone after its day.
 */
export function createPseudonyms({ hashKey, hmac }: Pick<EdgeDeps, 'hashKey' | 'hmac'>): Pseudonyms {
  const imported = new WeakMap<Uint8Array, Promise<CryptoKey>>();

  async function byWebCrypto(bytes: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
    const key = imported.get(bytes) ?? crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    imported.set(bytes, key);
    return new Uint8Array(await crypto.subtle.sign('HMAC', await key, new TextEncoder().encode(text)));
  }

  async function hashed(location: Location, text: string): Promise<string> {
    const key = await hashKey(location);
    const signature = hmac ? hmac(key, text) : await byWebCrypto(key, text);
    return btoa(String.fromCharCode(...signature.subarray(0, hashBytes)));
  }

  const networks = createBoundedMap<string, { readonly key: Uint8Array; readonly hash: string }>(mostNetworks);

  const network: Pseudonyms['network'] = async (client, location) => {
    const text = networkKey(client);
    const key = await hashKey(location);
    const known = networks.get(text);
    if (known?.key === key) return known.hash;
    const made = await hashed(location, `network ${text}`);
    networks.set(text, { key, hash: made });
    return made;
  };

  return {
    network,
    async both(client, location) {
      const [clientHash, networkHash] = await Promise.all([hashed(location, `client ${clientKey(client)}`), network(client, location)]);
      return { client: clientHash, network: networkHash };
    },
  };
}
