import { afterEach, describe, expect, test } from 'vitest';
import { isHomeGateway, portMapping } from '../../../node/checks/port-mapping.ts';
import type { PortMappingOptions } from '../../../node/checks/port-mapping.ts';
import { encodeSearch, gatewayTarget } from '../../../node/checks/upnp.ts';
import { closedUdpPort, emptyReport, mapOf, udpService } from './fixtures.ts';
import type { UdpService } from './fixtures.ts';
import { leavesNothing } from './leaks.ts';

const services: UdpService[] = [];
afterEach(async () => { for (const service of services.splice(0)) await service.close(); });

async function serve(answer: (request: Buffer) => readonly Uint8Array[], address?: string): Promise<UdpService> {
  const service = await udpService(answer, address);
  services.push(service);
  return service;
}

const isPcp = (request: Buffer): boolean => request[0] === 2;
const pmp = (result: number, length = 12): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set([0, 128, 0, result, 0, 0, 0, 9]);
  if (length === 12) bytes.set([203, 0, 113, 7], 8);
  return bytes;
};
const pcp = (result: number, length = 24): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set([2, 0x80, 0, result]);
  return bytes;
};
const found = (type: string, status = '200 OK'): Uint8Array =>
  new TextEncoder().encode(`HTTP/1.1 ${status}\r\nCACHE-CONTROL: max-age=120\r\nST: ${type}\r\nUSN: uuid:1::${type}\r\nEXT:\r\nLOCATION: http://127.0.0.1/x.xml\r\n\r\n`);

const run = (options: PortMappingOptions, signal: AbortSignal) => portMapping({ gateway: async () => '127.0.0.1', group: false, ...options }).run({ map: mapOf(), report: emptyReport, signal });

describe('NAT-PMP and PCP', () => {
  test.each<[string, (request: Buffer) => readonly Uint8Array[], { natPmp: boolean; pcp: boolean }]>([
    ['both', (request) => [isPcp(request) ? pcp(0) : pmp(0)], { natPmp: true, pcp: true }],
    ['NAT-PMP alone: answers PCP with its own version', (request) => [pmp(isPcp(request) ? 1 : 0)], { natPmp: true, pcp: false }],
    ['the same, in 8 bytes', (request) => [isPcp(request) ? pmp(1, 8) : pmp(0)], { natPmp: true, pcp: false }],
    ['PCP alone: answers NAT-PMP with its own version', (request) => [pcp(isPcp(request) ? 0 : 1)], { natPmp: false, pcp: true }],
    ['the same, the other way round', (request) => (isPcp(request) ? [pmp(1), pmp(0)] : []), { natPmp: true, pcp: false }],
    ['PCP alone, the other way round', (request) => (isPcp(request) ? [pcp(1), pcp(0)] : []), { natPmp: false, pcp: true }],
    ['refused', (request) => [isPcp(request) ? pcp(2) : pmp(2)], { natPmp: false, pcp: false }],
    ['address mismatch: a NAT in between', (request) => [isPcp(request) ? pcp(12) : pmp(0)], { natPmp: true, pcp: false }],
    ['PCP with options', (request) => [isPcp(request) ? pcp(0, 64) : pmp(0)], { natPmp: true, pcp: true }],
    ['silent', () => [], { natPmp: false, pcp: false }],
    ['cut short', (request) => [isPcp(request) ? pcp(0).subarray(0, 23) : pmp(0).subarray(0, 11)], { natPmp: false, pcp: false }],
    ['one byte too long', (request) => [isPcp(request) ? pcp(0, 25) : pmp(0, 13)], { natPmp: false, pcp: false }],
    ['the request sent back', (request) => [request], { natPmp: false, pcp: false }],
    ['rubbish and empty datagrams first', (request) => [new Uint8Array(0), Uint8Array.of(1, 2, 3), isPcp(request) ? pcp(0) : pmp(0)], { natPmp: true, pcp: true }],
  ])('%s', async (_name, answer, wanted) => {
    const { port, requests } = await serve(answer);
    const ssdpPort = await closedUdpPort();
    const finding = await leavesNothing(({ signal }) => run({ controlPort: port, ssdpPort }, signal));
    expect(finding).toEqual({ portMapping: { upnp: false, ...wanted } });
    expect(requests.map((request) => request.toString('hex')).sort()).toEqual([
      '0000',
      // ANNOUNCE from 127.0.0.1, v4-mapped.
      '020000000000000000000000000000000000ffff7f000001',
    ]);
  });

  test('a closed port is a no from both', async () => {
    const port = await closedUdpPort();
    expect(await leavesNothing(({ signal }) => run({ controlPort: port, ssdpPort: port }, signal))).toEqual({ portMapping: { upnp: false, natPmp: false, pcp: false } });
  });

  test('an answer from elsewhere is none', async () => {
    const stranger = await serve(() => []);
    const { port } = await serve(() => []);
    const gateway = services[1];
    gateway?.socket.on('message', (_request, from) => { stranger.socket.send(pmp(0), from.port, from.address); });
    expect(await run({ controlPort: port, ssdpPort: await closedUdpPort() }, new AbortController().signal)).toEqual({ portMapping: { upnp: false, natPmp: false, pcp: false } });
  });
});

describe('UPnP', () => {
  const ask = async (options: PortMappingOptions): Promise<boolean | undefined> => {
    const controlPort = await closedUdpPort();
    const finding = await leavesNothing(({ signal }) => run({ controlPort, ...options }, signal));
    return finding.portMapping?.upnp;
  };

  test.each<[string, readonly Uint8Array[], boolean]>([
    ['a gateway device', [found(gatewayTarget)], true],
    ['of version 2', [found('urn:schemas-upnp-org:device:InternetGatewayDevice:2')], true],
    ['after its other descriptions', [found('upnp:rootdevice'), found('urn:schemas-wifialliance-org:device:WFADevice:1'), found(gatewayTarget)], true],
    ['a printer', [found('urn:schemas-upnp-org:device:Printer:1')], false],
    ['an error', [found(gatewayTarget, '412 Precondition Failed')], false],
    ['a notice, not an answer', [new TextEncoder().encode(`NOTIFY * HTTP/1.1\r\nNT: ${gatewayTarget}\r\nUSN: ${gatewayTarget}\r\n\r\n`)], false],
    ['the type after the head', [new TextEncoder().encode(`HTTP/1.1 200 OK\r\nST: x\r\n\r\nST: ${gatewayTarget}\r\n`)], false],
    ['the search sent back', [encodeSearch(gatewayTarget)], false],
    ['nothing', [], false],
  ])('%s', async (_name, answers, wanted) => {
    const { port, requests } = await serve(() => answers);
    expect(await ask({ ssdpPort: port })).toBe(wanted);
    expect(requests[0]?.toString()).toBe(`M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ${gatewayTarget}\r\n\r\n`);
    expect(requests).toHaveLength(2);
  });

  test('answers only the group', async () => {
    const gateway = await serve(() => []);
    const group = await serve(() => [found(gatewayTarget)]);
    expect(await ask({ ssdpPort: gateway.port, group: { address: '127.0.0.1', port: group.port } })).toBe(true);
    // What all devices of a house would answer goes to the gateway alone.
    expect(group.requests.map(String).filter((text) => text.includes('ssdp:all'))).toEqual([]);
  });

  test('another router of the house does not count', async () => {
    const gateway = await serve(() => []);
    const other = await serve(() => [found(gatewayTarget)], '127.0.0.2');
    expect(await ask({ ssdpPort: gateway.port, group: { address: '127.0.0.2', port: other.port } })).toBe(false);
    expect(other.requests).toHaveLength(1);
  });
});

describe('unknown', () => {
  test.each<[string, PortMappingOptions]>([
    ['no gateway', { gateway: async () => undefined }],
    ['a gateway look-up that fails', { gateway: async () => { throw new Error('no'); } }],
    ['a public gateway', { gateway: async () => '192.0.2.1' }],
    ['a gateway that is no address', { gateway: async () => 'router.home' }],
    ['IPv6', { gateway: async () => 'fe80::1' }],
  ])('%s', async (_name, options) => {
    expect(await leavesNothing(({ signal }) => run(options, signal))).toEqual({});
  });

  test.each([['before the start', 0], ['while the gateway is looked up', 1], ['while it is silent', 2]])('ended %s', async (_name, when) => {
    const { port } = await serve((request) => (isPcp(request) && when === 2 ? [pcp(0)] : []));
    const finding = await leavesNothing(async (controller) => {
      if (when === 0) controller.abort();
      const gateway = (): Promise<string> => (when === 1 ? new Promise(() => {}) : Promise.resolve('127.0.0.1'));
      const running = run({ gateway, controlPort: port, ssdpPort: port }, controller.signal);
      if (when === 2) for (let turn = 0; turn < 400 && (services[0]?.requests.length ?? 0) < 4; turn++) await new Promise<void>((next) => { setImmediate(next); });
      controller.abort();
      return running;
    });
    // What was heard before the end is kept; the rest is unknown, not no.
    expect(Object.values(finding.portMapping ?? {})).not.toContain(false);
  });
});

test.each([
  ['10.0.0.1', true], ['172.16.0.1', true], ['172.31.255.254', true], ['192.168.1.1', true], ['127.0.0.1', true],
  ['172.32.0.1', false], ['172.15.0.1', false], ['192.169.0.1', false], ['100.64.0.1', false], ['8.8.8.8', false], ['169.254.1.1', false], ['::1', false], ['', false],
])('%s may be asked: %s', (address, wanted) => {
  expect(isHomeGateway(address)).toBe(wanted);
});

test('when it runs', () => {
  const check = portMapping();
  expect(check).toMatchObject({ name: 'portmap', delayMs: 0, fullOnly: false });
  expect(check).not.toHaveProperty('moot');
});
