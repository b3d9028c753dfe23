import { createBoundedMap } from './bounded-map.ts';
import { clientKey, networkKey } from './client.ts';
import type { Client, EdgeDeps } from './deps.ts';
import type { Location } from './fleet/facts.ts';

/** What stands for a client and its network in what is kept. */
export interface Pseudonym {
  readonly client: string;
  readonly network: string;
}

export type PseudonymOf = (client: Client, location: Location) => Promise<Pseudonym>;

const mostRemembered = 10_000;
/** 96 bits: two of a million clients share one with a chance below 10^-16. */
const hashBytes = 12;

/**
 * Hashes clients with HMAC-SHA-256 under the location's key of the day. Without the key nobody can try all addresses, and
 * the key is gone after its day.
 */
export function createPseudonyms({ hashKey }: Pick<EdgeDeps, 'hashKey'>): PseudonymOf {
  const imported = new WeakMap<Uint8Array, { readonly key: Promise<CryptoKey>; readonly known: ReturnType<typeof createBoundedMap<string, string>> }>();

  async function hashed(bytes: Uint8Array<ArrayBuffer>, text: string): Promise<string> {
    const entry = imported.get(bytes) ?? { key: crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']), known: createBoundedMap<string, string>(mostRemembered) };
    imported.set(bytes, entry);
    const found = entry.known.get(text);
    if (found !== undefined) return found;
    const signature = new Uint8Array(await crypto.subtle.sign('HMAC', await entry.key, new TextEncoder().encode(text)));
    const made = btoa(String.fromCharCode(...signature.subarray(0, hashBytes)));
    entry.known.set(text, made);
    return made;
  }

  return async (client, location) => {
    const bytes = await hashKey(location);
    const [clientHash, networkHash] = await Promise.all([hashed(bytes, `client ${clientKey(client)}`), hashed(bytes, `network ${networkKey(client)}`)]);
    return { client: clientHash, network: networkHash };
  };
}
