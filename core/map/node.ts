import { kinds } from '../model/kind.ts';
import type { HttpsEndpoint, RelayNode, StunEndpoint, TurnEndpoint } from '../model/map.ts';
import { address, anyAddress, host, pin, url, word } from './checks.ts';
import { iceUrls } from './ice-url.ts';
import { HTTPS_PORT, STUN_PORT } from './ports.ts';
import { present } from '../model/present.ts';
import { type Complain, fail, type Fields, flag, items, nested, oneOf, port, required, text } from './reader.ts';

/** Reads a node by the names of our form. Its name defaults to its host. */
export function readNode(from: Fields, names: Set<string>, complain: Complain): RelayNode {
  const at = host(required(from('host')), complain) ?? '';
  return present({
    name: word(from('name'), text(from('name')) ?? at, names, complain),
    host: at,
    ipv4: address(from('ipv4'), complain, 4),
    ipv6: address(from('ipv6'), complain, 6),
    stun: nested(from('stun'), readStun),
    https: nested(from('https'), readHttps),
    derp: nested(from('derp'), (derp) => ({ port: port(derp('port')) ?? HTTPS_PORT })),
    websocket: url(from('websocket'), ['wss:', 'ws:']),
    turn: nested(from('turn'), readTurn),
    measure: from('measure').value === undefined ? undefined : items(from('measure'), kinds.length).map((kind) => oneOf(required(kind), kinds) ?? 'fake'),
    certificate: pin(from('certificate'), complain),
    serverName: text(from('serverName')),
    stunTestIp: anyAddress(from('stunTestIp'), complain),
    insecure: flag(from('insecure')) ?? false,
    stunOnly: flag(from('stunOnly')) ?? false,
    canPort80: flag(from('canPort80')) ?? false,
  });
}

const readStun = (from: Fields): StunEndpoint => ({
  port: port(from('port')) ?? STUN_PORT,
  dialect: oneOf(from('dialect'), ['plain', 'tailscale']) ?? 'plain',
});

function readHttps(from: Fields): HttpsEndpoint {
  const path = text(from('path')) ?? '/derp/probe';
  // Anything else would become part of the host or port of a URL, or of no request at all.
  if (!/^\/[!-~]*$/.test(path)) fail(from('path'), 'value', 'must start with "/" and have none but visible ASCII characters');
  const scheme = oneOf(from('scheme'), ['https', 'http']) ?? 'https';
  return { port: port(from('port')) ?? (scheme === 'https' ? HTTPS_PORT : 80), path, scheme };
}

const readTurn = (from: Fields): TurnEndpoint =>
  present({ urls: iceUrls(from('urls'), true).map((ice) => ice.text), username: text(from('username')), credential: text(from('credential')) });
