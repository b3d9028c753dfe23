import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPicker, netcheck, steady, type Kind, type PickerEvent, type RelayMap, type RelayNode, type Strategy } from '../../universal/index.ts';
import { createLab, type Lab } from '../../lab/index.ts';
import { narrow } from '../../node/cli/narrow.ts';
import { nearest } from '../../node/nearest.ts';
import { createResolver, nodeTransports, stun, type Lookup } from '../../node/transports/index.ts';
import { refusing } from '../refusing-socket.ts';
import { startStunServer, type StunRequest } from '../servers/stun-server.ts';
import { closedPort } from '../servers/tcp-server.ts';
import { until } from '../until.ts';

// What a whole report makes of one faulty relay beside a good one.
let lab: Lab;
beforeAll(async () => { lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }, { code: 'par', rttMs: 9 }], ipv6: false }); });
afterAll(() => lab.close());

const goodNode = (): RelayNode => {
  const node = lab.map.regions[0]?.nodes[0];
  if (!node) throw new Error('the lab has no relay');
  return node;
};

/** The lab's first relay as region 1, the faulty one as region 2. */
const beside = (faulty: RelayNode): RelayMap => ({
  version: 1,
  regions: [{ id: '1', code: 'fra', name: 'F', nodes: [goodNode()] }, { id: '2', code: 'bad', name: 'B', nodes: [faulty] }],
});

const nobody: Lookup = (host, _options, callback) => callback(new Error(`getaddrinfo ENOTFOUND ${host}`), []);
const silent: Lookup = () => {};
const kinds: readonly Kind[] = ['stun', 'https'];

describe('a relay that fails is data: lost, without a latency, and why; the other is home', () => {
  const named = (speaks: Partial<RelayNode>): RelayNode => ({ name: '2a', host: 'relay.test', ...speaks });
  const https = { port: 1, path: '/derp/probe', scheme: 'https' } as const;
  const stunEndpoint = { port: 1, dialect: 'plain' } as const;
  const otherPin = `sha256-raw:${'ab'.repeat(32)}`;

  it.each<{ what: string; node: () => Promise<RelayNode> | RelayNode; lookup?: Lookup; code: string; sent: boolean }>([
    { what: 'its host does not resolve, for STUN', node: () => named({ stun: stunEndpoint }), lookup: nobody, code: 'dns', sent: false },
    { what: 'its host does not resolve, for HTTPS', node: () => named({ https }), lookup: nobody, code: 'dns', sent: false },
    { what: 'DNS never answers, for STUN', node: () => named({ stun: stunEndpoint }), lookup: silent, code: 'dns', sent: false },
    { what: 'DNS never answers, for HTTPS', node: () => named({ https }), lookup: silent, code: 'dns', sent: false },
    { what: 'its name has no address', node: () => named({ https }), lookup: (_host, _options, callback) => callback(null, []), code: 'dns', sent: false },
    { what: 'its port refuses', node: async () => named({ ipv4: '127.0.0.1', ipv6: 'none', https: { ...https, port: await closedPort() } }), code: 'refused', sent: true },
    { what: 'its certificate is not the pinned one', node: () => named({ ipv4: '127.0.0.1', ipv6: 'none', https: { ...https, port: goodNode().https?.port ?? 0 }, certificate: otherPin }), code: 'tls', sent: true },
    { what: 'its certificate is of an unknown authority', node: () => named({ ipv4: '127.0.0.1', ipv6: 'none', https: { ...https, port: goodNode().https?.port ?? 0 } }), code: 'tls', sent: true },
    { what: 'it speaks no TLS', node: () => named({ ipv4: '127.0.0.1', ipv6: 'none', https: { ...https, port: lab.plainMap.regions[0]?.nodes[0]?.https?.port ?? 0 } }), code: 'tls', sent: true },
    { what: 'it knows no such path', node: () => named({ ipv4: '127.0.0.1', ipv6: 'none', https: { ...https, scheme: 'http', path: '/elsewhere', port: lab.plainMap.regions[0]?.nodes[0]?.https?.port ?? 0 } }), code: 'status', sent: true },
  ])('$what', async ({ node, lookup = nobody, code, sent }) => {
    const events: PickerEvent[] = [];
    const transports = nodeTransports({ kinds, resolver: createResolver({ lookup, timeoutMs: 50 }) });
    const { report, decision } = await nearest({ map: beside(await node()), transports, strategy: narrow(steady() as Strategy, { timeoutMs: 600 }), onEvent: (event) => events.push(event) });
    expect(decision.home).toBe('1');
    const faulty = report.regions['2'];
    expect(faulty).toMatchObject({ samples: 0, lost: expect.toSatisfy((lost: number) => lost >= 1) });
    for (const name of ['latencyMs', 'kind', 'family']) expect(faulty).not.toHaveProperty(name);
    // Where nothing left the machine its silence says nothing about distance.
    expect(faulty?.atLeastMs !== undefined).toBe(sent);
    expect(new Set(events.flatMap((event) => (event.type === 'lost' && event.region === '2' ? [event.code] : [])))).toEqual(new Set([code]));
  });
});

describe('the system does not take a datagram', () => {
  // EPERM is a firewall rule on Linux: the datagram counts as sent and lost, as in netcheck.
  const counts = process.platform === 'linux';
  it.each([['EPERM', counts], ['EACCES', false], ['ENETUNREACH', false]])('%s: lost; the family can send: %s', async (code, canSend) => {
    const resolver = createResolver();
    const node = { ...goodNode(), stun: { port: 9, dialect: 'plain' as const } };
    const transports = nodeTransports({ kinds, resolver, stun: stun({ resolver, createSocket: refusing(code, 9) }) });
    const { report, decision } = await nearest({ map: { version: 1, regions: [{ id: '1', code: 'fra', name: 'F', nodes: [node] }] }, transports });
    // HTTPS answers in its place; that UDP does not work is known only where something was sent.
    expect(decision.home).toBe('1');
    expect(report.regions['1']).toMatchObject({ kind: 'https', kinds: { stun: { samples: 0, lost: expect.toSatisfy((lost: number) => lost >= 1) } } });
    expect([report.ipv4CanSend, report.udp]).toEqual(canSend ? [true, false] : [undefined, undefined]);
    expect(report).not.toHaveProperty('ipv6CanSend');
  });
});

describe('answers that are not to be believed', () => {
  it('one that comes when its report is over does not count, neither there nor in the next', async () => {
    const late: StunRequest[] = [];
    let isLate = true;
    const server = await startStunServer((request) => void (isLate ? late.push(request) : request.send(request.answer)));
    const map: RelayMap = { version: 1, regions: [{ id: '1', code: 'fra', name: 'F', nodes: [{ name: '1a', host: '127.0.0.1', ipv6: 'none', stun: { port: server.port, dialect: 'plain' } }] }] };
    const resolver = createResolver();
    const transport = stun({ resolver });
    const picker = createPicker({ map, transports: nodeTransports({ kinds: ['stun'], resolver, stun: transport }), strategy: narrow(netcheck() as Strategy, { timeoutMs: 200 }) });
    const first = await picker.report();
    expect(first).toMatchObject({ decision: { reason: 'no-answer' }, report: { regions: { 1: { samples: 0 } } } });
    expect(late.length).toBeGreaterThan(0);
    isLate = false;
    for (const request of late) await request.send(request.answer);
    await until(() => transport.ignored.stray === late.length);
    const { report } = await picker.report();
    expect(report.regions['1']).toMatchObject({ kind: 'stun', samples: 1 });
    expect(first.report.regions['1']?.samples).toBe(0);
    await picker.close();
    await server.close();
  });

  it('one that comes twice is one sample; from elsewhere, or to another request, none', async () => {
    const server = await startStunServer((request) => {
      const toAnother = request.answer.map((byte, at) => (at === 12 ? byte ^ 1 : byte));
      void request.sendFromElsewhere(request.answer).then(() => request.send(toAnother)).then(() => request.send(request.answer)).then(() => request.send(request.answer));
    });
    const node: RelayNode = { name: '2a', host: '127.0.0.1', ipv6: 'none', stun: { port: server.port, dialect: 'plain' } };
    const resolver = createResolver();
    const transport = stun({ resolver });
    const events: PickerEvent[] = [];
    const { report } = await nearest({ map: beside(node), transports: nodeTransports({ kinds, resolver, stun: transport }), onEvent: (event) => events.push(event) });
    await server.close();
    expect(report.regions['2']).toMatchObject({ kind: 'stun', samples: events.filter((event) => event.type === 'sample' && event.region === '2').length });
    expect(report.regions['2']?.samples).toBeLessThanOrEqual(server.requests.length);
    for (const name of ['foreign', 'stray'] as const) expect(transport.ignored[name]).toBeGreaterThanOrEqual(1);
  });
});
