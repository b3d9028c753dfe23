import type { Region } from '../model/map.ts';

/** What a TURN server wants to see, and how long it takes it. Without an end they count as good for ever. */
export interface TurnCredentials {
  readonly username: string;
  readonly credential: string;
  /** Epoch ms. */
  readonly expiresAt?: number;
  /** From the moment they were asked for, ms. Goes before `expiresAt`: it holds also where this machine's clock is wrong. */
  readonly ttlMs?: number;
}

/** Gets credentials for a region. A rejection is tried again; what does not come in time is given up through the signal. */
export type GetCredentials = (region: Region, options: { readonly signal: AbortSignal }) => Promise<TurnCredentials>;

/** Credentials that have ended when they come: the clock here is wrong, or the one there. They are taken, and asked for again after so long. */
const presumedLifeMs = 60_000;

/** How long credentials are good from when they were asked for, ms. `askedAt`: epoch ms. */
export function lifeMs({ expiresAt, ttlMs }: TurnCredentials, askedAt: number): number {
  const life = ttlMs ?? (expiresAt === undefined ? Infinity : expiresAt - askedAt);
  return life > 0 ? life : presumedLifeMs;
}
