import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Access, Client } from '../../edge/deps.ts';

/** Letters, as of two addresses. */
const longList = 64;

/**
 * Who asks: the other end of the connection, or with a trusted proxy in front the address that the proxy put last into
 * `X-Forwarded-For`. What stands before it there is the client's to write.
 */
export function clientOf({ socket, headers }: IncomingMessage, { trustProxy }: { readonly trustProxy: boolean }): Client {
  // Node has joined what came in several headers.
  const passedOn = trustProxy ? String(headers['x-forwarded-for'] ?? '') : '';
  const forwarded = passedOn.slice(passedOn.lastIndexOf(',') + 1).trim();
  if (isIP(forwarded) === 0) return { address: socket.remoteAddress ?? '' };
  // A piece of a string keeps all of it in memory, and addresses are kept a while.
  return { address: passedOn.length > longList ? Buffer.from(forwarded).toString() : forwarded };
}

const isLoopback = (name: string): boolean => /^127(?:\.\d{1,3}){3}$/.test(name) || name === 'localhost' || name === '[::1]' || name === '::1';

/**
 * On loopback everything is open, to what comes under a name of this machine and from this machine. A proxy in front passes on
 * the name that the world knows or says for whom it asks, and a page elsewhere whose name was made to resolve to 127.0.0.1 (DNS
 * rebinding) comes under its own: for those, and where a proxy is said to be there, it is as everywhere else.
 */
export function accessFor({ host, trustProxy, access }: { readonly host: string; readonly trustProxy: boolean; readonly access: Access }): Access | ((request: Request) => Access) {
  if (trustProxy || !isLoopback(host)) return access;
  return (request) => (namesOf(request).every(isLoopback) && !passedOn.some((name) => request.headers.has(name)) ? 'open' : access);
}

/** What proxies add. Some that do put the name that they know this machine by in place of the world's, such as Apache's. */
const passedOn = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** A request may say where it goes in its first line as well (RFC 9112 section 3.2.2): some proxies pass that on as it came. */
function namesOf({ url, headers }: Request): string[] {
  const host = headers.get('host') ?? '';
  const said = `http://${host}/`;
  return [new URL(url).hostname, ...(host === '' ? [] : [URL.canParse(said) ? new URL(said).hostname : host])];
}
