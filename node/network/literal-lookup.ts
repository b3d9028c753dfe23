import { isIP } from 'node:net';

type Answer = (error: NodeJS.ErrnoException | null, address: string, family: number) => void;

/** A resolver for sockets that are only ever given IP addresses: answers at once, and asks no DNS server whatever happens. */
export function literalLookup(host: string, _options: unknown, answer: Answer): void {
  const family = isIP(host);
  answer(family === 0 ? Object.assign(new Error(`${host} is no IP address`), { code: 'ENOTFOUND' }) : null, host, family);
}
