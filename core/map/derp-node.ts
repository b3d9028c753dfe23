import { goFields, goInt, orZero, under } from './go-json.ts';
import { HTTPS_PORT, STUN_PORT } from './ports.ts';
import { type Complain, type Field, type Fields, flag, text } from './reader.ts';

/** The fields of a DERP map's node by the names of our form. No `websocket`: what DERP speaks over WebSocket is no echo. */
export function derpNodeFields(node: Field, complain: Complain): Fields {
  const from = goFields(node);
  goInt(from('RegionID'));
  const stunPort = readPort(from('STUNPort'), STUN_PORT, complain);
  const derpPort = readPort(from('DERPPort'), HTTPS_PORT, complain);
  const relays = derpPort && !flag(from('STUNOnly')) ? { port: derpPort } : undefined;
  const certName = text(from('CertName')) || undefined;
  return under({
    name: orZero(from('Name'), ''),
    host: orZero(from('HostName'), ''),
    ipv4: from('IPv4'),
    ipv6: from('IPv6'),
    stun: { value: stunPort && { port: stunPort, dialect: 'tailscale' }, path: node.path },
    https: { value: relays, path: node.path },
    derp: { value: relays, path: node.path },
    [certName?.startsWith('sha256-raw:') ? 'certificate' : 'serverName']: { ...from('CertName'), value: certName },
    stunTestIp: from('STUNTestIP'),
    insecure: from('InsecureForTests'),
    stunOnly: from('STUNOnly'),
    canPort80: from('CanPort80'),
  });
}

/** 0 is the usual port; outside 0…65535 there is none, -1 being the documented way to say so. */
function readPort(field: Field, usual: number, complain: Complain): number | undefined {
  const port = goInt(field) ?? 0;
  if (port >= 0 && port <= 65_535) return port || usual;
  if (port !== -1) complain(field, 'port', 'is no port');
  return undefined;
}
