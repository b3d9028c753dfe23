import type { GetCredentials } from '../core/index.ts';

export interface SharedSecretOptions {
  /** How long they are good, in whole seconds. Default a day. */
  readonly ttlSeconds?: number;
  /** A name for the server's log; anything but `:`, which separates it from the time. */
  readonly user?: string;
  /** Epoch ms. Default: this machine's. */
  readonly wall?: () => number;
}

/**
 * Makes credentials of the secret that a TURN server shares (coturn: `use-auth-secret`, `static-auth-secret`): the username
 * is the time at which they end, in s since 1970, and a name; the credential is the HMAC-SHA1 of that, in base64
 * (draft-uberti-behave-turn-rest-00, section 2.2). For your servers and bots. A page must not know the secret: it asks your
 * server for credentials.
 */
export function sharedSecretCredentials(secret: string, { ttlSeconds = 86_400, user, wall = () => Date.now() }: SharedSecretOptions = {}): GetCredentials {
  const bytes = new TextEncoder();
  return async () => {
    const endsAtSeconds = Math.floor(wall() / 1000) + ttlSeconds;
    const username = user === undefined ? String(endsAtSeconds) : `${endsAtSeconds}:${user}`;
    const key = await crypto.subtle.importKey('raw', bytes.encode(secret), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
    const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(username)));
    return { username, credential: btoa(String.fromCharCode(...signature)), expiresAt: endsAtSeconds * 1000 };
  };
}
