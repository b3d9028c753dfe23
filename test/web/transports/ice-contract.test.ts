import type { RelayNode } from '../../../core/model/map.ts';
import { ice } from '../../../web/transports/ice.ts';
import { describeTransport, slowMs } from '../../contract/transport.ts';
import { fakeBrowser } from './fake-peer-connection.ts';

const nodeAt = (port: number, address: Partial<RelayNode> = { ipv4: '127.0.0.1' }): RelayNode =>
  ({ name: `at ${port}`, host: 'relay.test', ipv4: 'none', ipv6: 'none', ...address, stun: { port, dialect: 'plain' } });

const browserAsks = 'the browser asks DNS, out of our sight';

describeTransport('ice', async () => {
  const urls = { live: 'stun:127.0.0.1:1', live6: 'stun:[::1]:1', slow: 'stun:127.0.0.1:2', silent: 'stun:127.0.0.1:3', named: 'stun:relay.test:1' };
  const browser = fakeBrowser({
    rttMs: { [urls.live]: 1, [urls.live6]: 1, [urls.slow]: slowMs, [urls.named]: 1 },
    sleep: (ms) => new Promise((done) => { setTimeout(done, ms); }),
    hostMs: 1,
    mappedAddress: (url) => (url === urls.live6 ? '[::1]' : '127.0.0.1'),
  });
  return {
    create: () => ice({ RTCPeerConnection: browser.RTCPeerConnection }),
    live: nodeAt(1),
    live6: nodeAt(1, { ipv6: '::1' }),
    slow: nodeAt(2),
    silent: nodeAt(3),
    silentWasAsked: () => (browser.asked.get(urls.silent) ?? 0) > 0,
    named: nodeAt(1, { ipv4: '', ipv6: '' }),
    heard: () => browser.asked.get(urls.live) ?? 0,
    close: async () => {},
  };
}, { optOut: {
  'says when nobody listens': 'a browser does not tell of a closed port',
  'says when the name has no address': browserAsks,
  'does not wait for DNS for ever': browserAsks,
  'can be aborted while DNS is asked': browserAsks,
  'ends a probe that waits for DNS when it is closed': browserAsks,
} });
