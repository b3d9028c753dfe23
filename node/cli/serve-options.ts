import { UsageError } from './errors.ts';
import { parse, whole } from './options.ts';

/** What `serve` understands. */
export interface ServeOptions {
  readonly map: string;
  readonly host: string;
  readonly port: number;
  /** Its code; absent: nobody said where this is. */
  readonly location?: string;
  readonly data?: string;
  /** The client's address is what the proxy in front of this says. */
  readonly trustProxy: boolean;
  readonly access: 'open' | { readonly token: string } | 'closed';
}

const defaultPort = '8787';

const flags = {
  map: { type: 'string' }, host: { type: 'string' }, port: { type: 'string' }, location: { type: 'string' }, data: { type: 'string' }, 'trust-proxy': { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the flags of `serve`. Throws `UsageError`. */
export function readServeOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): ServeOptions {
  const values = parse(args, flags);
  const text = (name: keyof typeof flags): string | undefined => values[name] as string | undefined;
  const map = text('map') ?? env['NEAREST_RELAY_MAP'];
  if (!map) throw new UsageError('no relay map: give --map FILE or URL, --map tailscale (the public map) or --map lab (embedded relays), or set NEAREST_RELAY_MAP');
  const location = text('location');
  if (location !== undefined && !/^[A-Za-z0-9-]{1,32}$/.test(location)) throw new UsageError('--location: must be a code of up to 32 letters, digits and hyphens, such as FRA');
  const data = text('data');
  if (data === '') throw new UsageError('--data: must name a file');
  return {
    map,
    host: (text('host') ?? '127.0.0.1').replace(/^\[|\]$/g, ''),
    port: whole('--port', text('port') ?? defaultPort, 0, 65_535),
    ...(location !== undefined && { location }),
    ...(data !== undefined && { data }),
    trustProxy: values['trust-proxy'] === true,
    access: readAccess(env),
  };
}

function readAccess({ FLEET_TOKEN: token, PUBLIC_FLEET: isPublic }: Readonly<Record<string, string | undefined>>): ServeOptions['access'] {
  if (isPublic === '1') return 'open';
  // What cannot stand in a header can never be given.
  if (token && !/^[\x21-\x7e]+$/.test(token)) throw new UsageError('FLEET_TOKEN: must be visible ASCII without spaces');
  return token ? { token } : 'closed';
}
