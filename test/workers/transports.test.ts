import { connect } from 'cloudflare:sockets';
import { inject } from 'vitest';
import type { RelayNode } from '../../core/model/map.ts';
import { tcp } from '../../edge/transports/connect.ts';
import { https } from '../../edge/transports/fetch.ts';
import { describeTransport, type CaseName } from '../contract/transport.ts';
import type { Heard } from './relays.setup.ts';

const relays = inject('relays');
const heard = async (): Promise<Heard> => (await fetch(`http://127.0.0.1:${relays.heard}/`)).json();

const byPlatform = 'the platform asks DNS, out of our sight';
const unseen = 'workerd does not tell what it holds';
const optOut = {
  'says when the name has no address': byPlatform,
  'does not wait for DNS for ever': byPlatform,
  'can be aborted while DNS is asked': byPlatform,
  'ends a probe that waits for DNS when it is closed': byPlatform,
  'puts one listener on a signal for many probes': unseen,
  'leaves nothing behind': unseen,
} satisfies Partial<Record<CaseName, string>>;

const tcpAt = (port: number): RelayNode => ({ name: `at ${port}`, host: '127.0.0.1', ipv4: '127.0.0.1', ipv6: 'none', derp: { port } });
const httpAt = (port: number): RelayNode => ({ name: `at ${port}`, host: '127.0.0.1', https: { port, path: '/derp/probe', scheme: 'http' } });

describeTransport('tcp in workerd', async () => {
  // The system shakes hands before the server is told, so that its count lags: what is opened is counted here.
  let connections = 0;
  return {
    create: () => tcp({ leastMs: 0.5, connect: (address) => { connections++; return connect(address); } }),
    live: tcpAt(relays.tcp),
    slow: tcpAt(relays.tcp),
    silent: tcpAt(relays.blackHole),
    closed: tcpAt(relays.closed),
    named: { name: 'named', host: 'localhost', derp: { port: relays.tcp } },
    heard: () => connections,
    close: async () => {},
  };
}, { optOut: {
  ...optOut,
  'measures the family that is asked for': 'there is no relay at ::1',
  'says when nobody listens': 'workerd says only that it cannot connect',
  'tells two relays apart': 'a handshake is answered by the system, which no test server can delay',
} });

describeTransport('https in workerd', async () => {
  const before = await heard();
  return {
    create: () => https({ fetch: (url, init) => fetch(url, init), leastMs: 0.5 }),
    live: httpAt(relays.http),
    slow: httpAt(relays.slowHttp),
    silent: httpAt(relays.silentHttp),
    silentWasAsked: async () => (await heard()).silentHttp > before.silentHttp,
    closed: httpAt(relays.closed),
    heard: async () => (await heard()).http - before.http,
    close: async () => {},
  };
}, { optOut: {
  ...optOut,
  'measures the family that is asked for': byPlatform,
  'finds a relay by its name': byPlatform,
  'says when nobody listens': 'fetch does not tell why it failed',
} });
