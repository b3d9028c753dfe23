import { createBoundedMap } from './bounded-map.ts';
import { clientKey, networkKey } from './client.ts';
import type { Client, EdgeDeps } from './deps.ts';
import type { Location } from './fleet/facts.ts';

/** What stands for a client and its network in what is kept. */
interface Pseudonym {
  readonly client: string;
  readonly network: string;
}

/** Networks are few and come again. Clients come too seldom: remembering them would cost more than the hash. */
const mostNetworks = 5_000;

/** Both reject where the key cannot be had. */
export interface Pseudonyms {
  both(client: Client, location: Location): Promise<Pseudonym>;
  network(client: Client, location: Location): Promise<string>;
}

/** Letters of base64 that are kept: 96 bits. Two of a million clients share one with a chance below 10^-16. */
const hashLetters = 16;

/**
 * Hashes clients with HMAC-SHA-256 under the location's key of the day. Without the key nobody can try all addresses, and
 * the key is gone after its day.
 */
export function createPseudonyms({ hashKey, hmac = hmacByWebCrypto() }: Pick<EdgeDeps, 'hashKey' | 'hmac'>): Pseudonyms {
  const networks = createBoundedMap<string, { readonly key: Uint8Array; readonly hash: string }>(mostNetworks);

  async function networkHash(client: Client, key: Uint8Array<ArrayBuffer>): Promise<string> {
    const text = networkKey(client);
    const hash = (await hmac(key, `network ${text}`)).slice(0, hashLetters);
    networks.set(text, { key, hash });
    return hash;
  }

  /** Not a promise where it is known: most are. */
  function network(client: Client, key: Uint8Array<ArrayBuffer>): string | Promise<string> {
    const known = networks.get(networkKey(client));
    return known?.key === key ? known.hash : networkHash(client, key);
  }

  return {
    network: async (client, location) => network(client, await hashKey(location)),
    async both(client, location) {
      const key = await hashKey(location);
      const hash = hmac(key, `client ${clientKey(client)}`);
      const ofNetwork = network(client, key);
      return { client: (typeof hash === 'string' ? hash : await hash).slice(0, hashLetters), network: typeof ofNetwork === 'string' ? ofNetwork : await ofNetwork };
    },
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
