import type { Box, Random } from './box.ts';

/** The protocol's version, in what both sides seal for one another at login. */
const VERSION = 2;

/** What a server tells of itself. */
export interface DerpServerInfo {
  /** 0 where it says nothing. */
  readonly version: number;
  /** What it wants to receive at most; absent: it names no limit. */
  readonly bytesPerSecond?: number;
  /** How far a burst may go beyond that, bytes. */
  readonly burstBytes?: number;
}

/** The greeting of a client that answers pings. */
export const sealClientInfo = (box: Box, random: Random): Uint8Array => sealJson(box, { version: VERSION, CanAckPings: true }, random);

/** The greeting of a server without limits. */
export const sealServerInfo = (box: Box, random: Random): Uint8Array => sealJson(box, { version: VERSION }, random);

/** What a server sealed; undefined if it cannot be opened or is no such greeting. Fields that are not what they must be are left out. */
export function openServerInfo(box: Box, sealed: Uint8Array): DerpServerInfo | undefined {
  const fields = openJson(box, sealed);
  if (!fields) return undefined;
  const number = (key: string): number | undefined => {
    const value = fields[key];
    return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined;
  };
  const bytesPerSecond = number('TokenBucketBytesPerSecond');
  const burstBytes = number('TokenBucketBytesBurst');
  return { version: number('version') ?? 0, ...(bytesPerSecond !== undefined && { bytesPerSecond }), ...(burstBytes !== undefined && { burstBytes }) };
}

/** Whether a client sealed a greeting that this version understands. */
export const isClientInfo = (box: Box, sealed: Uint8Array): boolean => openJson(box, sealed)?.['version'] === VERSION;

const sealJson = (box: Box, value: object, random: Random): Uint8Array => box.seal(new TextEncoder().encode(JSON.stringify(value)), random);

function openJson(box: Box, sealed: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  const text = box.open(sealed);
  if (!text) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(text));
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}
