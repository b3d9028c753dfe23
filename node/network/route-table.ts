import { formatIp, parseIp } from '../../core/model/address.ts';

/** Where packets go that have no nearer route. */
export interface DefaultRoute {
  /** IPv4. */
  readonly gateway: string;
  /** Name of the interface (on Windows its address, which is what the table there has). */
  readonly interfaceName: string;
}

const maxLines = 1000;
/** linux/route.h: the route is usable, and its next hop is a gateway. */
const routeUp = 0x1;
const routeGateway = 0x2;

/** Linux's `/proc/net/route`: addresses are the hex of a 32 bit word in the host's byte order, least significant byte first. */
export function parseProcRoute(text: string): DefaultRoute | undefined {
  return best(text, (fields) => {
    const [interfaceName = '', destination, gateway = '', flags = '', , , metric = '', mask] = fields;
    if (destination !== '00000000' || mask !== '00000000' || !/^[0-9A-F]{8}$/i.test(gateway) || !/^[0-9A-F]{1,8}$/i.test(flags)) return undefined;
    if ((Number.parseInt(flags, 16) & (routeUp | routeGateway)) !== (routeUp | routeGateway)) return undefined;
    const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(gateway.slice(at, at + 2), 16));
    return { gateway: bytes.join('.'), interfaceName, metric };
  });
}

/** What `route -4 print 0.0.0.0` prints on Windows. Its headings are translated, so rows are told by their form alone. */
export function parseRoutePrint(text: string): DefaultRoute | undefined {
  return best(text, (fields) => {
    const [destination, mask, gateway = '', interfaceName = '', metric = ''] = fields;
    // Persistent routes, which may not be in force, have four fields.
    return fields.length === 5 && destination === '0.0.0.0' && mask === '0.0.0.0' ? { gateway, interfaceName, metric } : undefined;
  });
}

/** What `route -n get default` prints on macOS and the BSDs: `name: value` lines. */
export function parseRouteGet(text: string): DefaultRoute | undefined {
  const lines = text.split('\n', maxLines).map((line) => line.trim());
  const valueOf = (name: string): string | undefined => lines.find((line) => line.startsWith(name))?.slice(name.length);
  const gateway = ipv4(valueOf('gateway: '));
  const interfaceName = valueOf('interface: ');
  return gateway !== undefined && interfaceName !== undefined && /^\S+$/.test(interfaceName) ? { gateway, interfaceName } : undefined;
}

interface Row extends DefaultRoute { readonly metric: string }

/** The row with the lowest metric, the first of equals: what the system itself prefers. */
function best(text: string, read: (fields: string[]) => Row | undefined): DefaultRoute | undefined {
  let found: DefaultRoute | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const line of text.split('\n', maxLines)) {
    const row = read(line.trim().split(/\s+/));
    const gateway = ipv4(row?.gateway);
    if (!row || gateway === undefined || row.interfaceName === '' || !/^\d{1,10}$/.test(row.metric)) continue;
    if (Number(row.metric) >= lowest) continue;
    lowest = Number(row.metric);
    found = { gateway, interfaceName: row.interfaceName };
  }
  return found;
}

function ipv4(text: string | undefined): string | undefined {
  const ip = text === undefined ? undefined : parseIp(text);
  return ip && ip.bytes.length === 4 && ip.bytes.some((byte) => byte !== 0) ? formatIp(ip) : undefined;
}
