import { createBox, platformRandom } from './box.ts';
import type { Random } from './box.ts';
import { isClientInfo, sealServerInfo } from './info.ts';
import { generateDerpKey } from './keys.ts';

/** A server, as far as its logins go. */
export interface ServerLogin {
  readonly publicKey: Uint8Array;
  /** The sealed greeting for a client that proved to hold its key; undefined for all others. */
  greet(clientKey: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** A server with a new key of its own: the other side of `connectDerp`, for the lab and for tests. */
export function createServerLogin(random: Random = platformRandom): ServerLogin {
  const { privateKey, publicKey } = generateDerpKey(random);
  return {
    publicKey,
    greet(clientKey, sealed) {
      const box = createBox(privateKey, clientKey);
      return box && isClientInfo(box, sealed) ? sealServerInfo(box, random) : undefined;
    },
  };
}
