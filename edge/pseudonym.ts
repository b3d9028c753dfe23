import { createBoundedMap } from './bounded-map.ts';
import { clientKey, networkKey } from './client.ts';
import type { Client, EdgeDeps } from './deps.ts';
import type { Location } from './fleet/facts.ts';
import { when, type Soon } from './soon.ts';

/** What stands for a client and its network in what is kept. */
interface Pseudonym {
  readonly client: string;
  readonly network: string;
}

/** Networks are few and come again. Clients come too seldom: remembering them would cost more than the hash. */
const mostNetworks = 5_000;

/** Both reject where the key cannot be had, and throw nothing at once. */
export interface Pseudonyms {
  both(client: Client, location: Location): Soon<Pseudonym>;
  network(client: Client, location: Location): Soon<string>;
}

/** Letters of base64 that are kept: 96 bits. Two of a million clients share one with a chance below 10^-16. */
const hashLetters = 16;

/**
 * Hashes clients with HMAC-SHA-256 under the location's key of the day. Without the key nobody can try all addresses, and
 * the key is gone after its day.
 */
export function createPseudonyms({ hashKey, hmac = hmacByWebCrypto() }: Pick<EdgeDeps, 'hashKey' | 'hmac'>): Pseudonyms {
  const networks = createBoundedMap<string, { readonly key: Uint8Array; readonly hash: string }>(mostNetworks);

  const hashed = (key: Uint8Array<ArrayBuffer>, text: string): Soon<string> => when(hmac(key, text), (hash) => hash.slice(0, hashLetters));

  function networkHash(client: Client, key: Uint8Array<ArrayBuffer>): Soon<string> {
    const text = networkKey(client);
    const known = networks.get(text);
    if (known?.key === key) return known.hash;
    return when(hashed(key, `network ${text}`), (hash) => {
      networks.set(text, { key, hash });
      return hash;
    });
  }

  return {
    network: (client, location) => when(hashKey(location), (key) => networkHash(client, key)),
    both: (client, location) => when(hashKey(location), (key) => {
      const ofNetwork = networkHash(client, key);
      return when(hashed(key, `client ${clientKey(client)}`), (hash) => when(ofNetwork, (network) => ({ client: hash, network })));
    }),
  };
}

function hmacByWebCrypto(): NonNullable<EdgeDeps['hmac']> {
  const imported = new WeakMap<Uint8Array, Promise<CryptoKey>>();
  return async (bytes, text) => {
    const key = imported.get(bytes) ?? crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    imported.set(bytes, key);
    return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign('HMAC', await key, new TextEncoder().encode(text)))));
  };
}
