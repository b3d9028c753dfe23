import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseRelayMap } from '../../core/map/parse.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { RelayMap, RelayNode } from '../../core/model/map.ts';
import type { Report } from '../../core/model/report.ts';
import type { Sample } from '../../core/model/sample.ts';
import type { CheckFinding } from '../../core/probe/check.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { netcheck, steady, type Strategy, type Timing } from '../../core/index.ts';
import type { TestCertificate } from '../../lab/certificate.ts';
import { nearest, nodeChecks } from '../../node/index.ts';
import { https, stun, tcp, type HttpsOptions } from '../../node/transports/index.ts';
import { hasIpv6 } from '../servers/ipv6.ts';
import { errorOf, isPending } from '../until.ts';
import { runCommand, type Outcome } from './command.ts';
import { derperHost, derpMap, derpNode, devPort, howToGetDerper, startDerper, startDerperIfPossible, withoutTls, writeCertificate, type Derper, type DerpNode } from './derper.ts';
import { acceptsTcp, askStun, freePorts } from './ports.ts';
import { cleanUp, describeWith, makeFolder } from './programs.ts';

describeWith('derper', howToGetDerper, (path) => {
  let folder: string;
  let certificate: TestCertificate;
  let one: Derper;
  let others: readonly Derper[];
  /** TLS and HTTP alone. */
  let withoutStun: Derper;

  const transports: Transport[] = [];
  const using = <T extends Transport>(transport: T): T => {
    transports.push(transport);
    return transport;
  };
  const probe = (transport: Transport, node: RelayNode, signal: AbortSignal = AbortSignal.timeout(5_000)): Promise<Sample> =>
    using(transport).probe(node, { family: 4, signal });
  /** The node of a DERP map that has no other. */
  const nodeOf = (node: DerpNode): RelayNode => theNode(parseRelayMap(derpMap(node)));
  const pinned = (derper: Derper): DerpNode => derpNode(derper, { CertName: certificate.pin });

  beforeAll(async () => {
    folder = makeFolder();
    certificate = await writeCertificate(folder);
    [one, withoutStun, ...others] = await Promise.all([
      startDerper(path, { folder, mode: 'tls' }), startDerper(path, { folder, mode: 'tls', stun: false }),
      startDerper(path, { folder, mode: 'tls' }), startDerper(path, { folder, mode: 'tls' }),
    ]);
  });
  afterEach(async () => { await Promise.all(transports.splice(0).map((transport) => transport.close())); });
  afterAll(cleanUp);

  describe('STUN', () => {
    it('is answered with our address', async () => {
      const transport = stun();
      expect(await probe(transport, nodeOf(pinned(one)))).toMatchObject({ kind: 'stun', family: 4, mapped: `127.0.0.1:${transport.localPort(4)}` });
      expect(transport.ignored).toEqual({ stray: 0, foreign: 0, malformed: 0 });
    });

    it('is not answered where the request is plain', async () => {
      const transport = using(stun());
      const node = nodeOf(pinned(one));
      const controller = new AbortController();
      const plain = errorOf(probe(transport, { ...node, stun: { port: one.stunPort, dialect: 'plain' } }, controller.signal));
      // It answers in turn: what it has left out when the next is answered it leaves out for good.
      await probe(transport, node);
      expect(await isPending(plain)).toBe(true);
      controller.abort();
      expect(await plain).toMatchObject({ code: 'no-answer', sent: true });
      expect(transport.ignored).toEqual({ stray: 0, foreign: 0, malformed: 0 });
    });
  });

  describe('HTTPS', () => {
    const wrongPin = `sha256-raw:${'0'.repeat(64)}`;

    it.each<{ what: string; node?: () => DerpNode; options?: () => HttpsOptions; ok: boolean }>([
      // derper sends a second, made-up certificate: the pin must be held against the first.
      { what: 'the pinned certificate', node: () => ({ CertName: certificate.pin }), ok: true },
      { what: 'another than the pinned one', node: () => ({ CertName: wrongPin }), ok: false },
      { what: 'another than the pinned one, of a known authority', node: () => ({ CertName: wrongPin }), options: () => ({ ca: certificate.certificatePem }), ok: false },
      { what: 'any, by the map', node: () => ({ InsecureForTests: true }), ok: true },
      { what: 'any, by the caller', options: () => ({ insecure: true }), ok: true },
      { what: 'one that nobody knows', ok: false },
      { what: 'one of a known authority', options: () => ({ ca: certificate.certificatePem }), ok: true },
      { what: 'one for the server name of the map', node: () => ({ HostName: 'relay.test', CertName: derperHost }), options: () => ({ ca: certificate.certificatePem }), ok: true },
      { what: 'none: it is asked for a name that it does not have', node: () => ({ HostName: 'relay.test', InsecureForTests: true }), ok: false },
      { what: 'none: it is asked for no name', node: () => ({ HostName: '127.0.0.1', InsecureForTests: true }), ok: false },
    ])('by $what: $ok', async ({ node = () => ({}), options = () => ({}), ok }) => {
      const outcome = probe(https(options()), nodeOf(derpNode(one, node())));
      if (ok) {
        const sample = await outcome;
        expect(sample).toMatchObject({ kind: 'https', family: 4 });
        expect(sample.latencyMs).toBeGreaterThan(0);
        // The second request over the same connection was answered too.
        expect(sample.doubt ?? []).not.toContain('cold');
      } else expect(await errorOf(outcome)).toMatchObject({ name: 'ProbeFailure', code: 'tls', sent: true });
    });

    it('by the node that derper itself prints for a server without a name', async () => {
      const nameless = await startDerper(path, { folder, mode: 'tls', hostname: '127.0.0.1' });
      const printed = JSON.parse(/\{"Name":.*\}/.exec(nameless.log())?.[0] ?? '') as DerpNode;
      expect(printed).toMatchObject({ HostName: '127.0.0.1' });
      const node = nodeOf({ ...printed, DERPPort: nameless.port });
      expect(node.certificate).toMatch(/^sha256-raw:[0-9a-f]{64}$/);
      expect(await probe(https(), node)).toMatchObject({ kind: 'https' });
      expect(await errorOf(probe(https(), { ...node, certificate: certificate.pin }))).toMatchObject({ code: 'tls' });
    });

    it.each<{ path: string; port: 'port' | 'httpPort'; scheme: 'https' | 'http'; ok: boolean }>([
      { path: '/derp/probe', port: 'port', scheme: 'https', ok: true },
      { path: '/derp/latency-check', port: 'port', scheme: 'https', ok: true },
      { path: '/generate_204', port: 'httpPort', scheme: 'http', ok: true },
      // DERP itself wants an upgrade; plain HTTP redirects.
      { path: '/derp', port: 'port', scheme: 'https', ok: false },
      { path: '/derp/probe', port: 'httpPort', scheme: 'http', ok: false },
    ])('times $scheme $path: $ok', async ({ path, port, scheme, ok }) => {
      const outcome = probe(https({ insecure: true }), { ...nodeOf(pinned(one)), https: { port: one[port], path, scheme } });
      if (ok) expect(await outcome).toMatchObject({ kind: 'https' });
      else expect(await errorOf(outcome)).toMatchObject({ name: 'ProbeFailure', code: 'status', sent: true });
    });
  });

  it('TCP is timed at the port of DERP', async () => {
    const sample = await probe(tcp(), nodeOf(pinned(one)));
    expect(sample).toMatchObject({ kind: 'tcp', family: 4 });
    expect(sample.latencyMs).toBeGreaterThan(0);
    const [closed = 0] = await freePorts(1);
    expect(await errorOf(probe(tcp(), nodeOf({ ...pinned(one), DERPPort: closed })))).toMatchObject({ code: 'refused' });
  });

  it('-dev, on all addresses and without TLS, is measured', async ({ skip }) => {
    const dev = (await acceptsTcp(devPort)) ? undefined : await startDerperIfPossible(path, { folder, mode: 'dev' });
    if (!dev) return skip(`port ${devPort}, which no flag moves, is taken`);
    const node = theNode(parseRelayMap(withoutTls(dev)));
    const transport = stun();
    expect(await probe(transport, node)).toMatchObject({ family: 4, mapped: `127.0.0.1:${transport.localPort(4)}` });
    // That was not trivial: it says ::ffff:127.0.0.1, in 44 bytes.
    expect(await askStun(dev.stunPort)).toHaveLength(hasIpv6 ? 44 : 32);
    expect(await probe(https(), node)).toMatchObject({ kind: 'https' });
    expect(await findPortal(parseRelayMap(withoutTls(dev)))).toEqual({ captivePortal: false });
  });

  describe('captive portal', () => {
    it('is none where a relay on another port answers the challenge', async () => {
      const onHttp = await startDerper(path, { folder, mode: 'http' });
      expect(await findPortal(parseRelayMap(withoutTls(onHttp)))).toEqual({ captivePortal: false });
    });

    it('is none where the relay of a DERP map answers it on port 80', async ({ skip }) => {
      // An address of its own, for somebody may have a web server. Other systems than Linux have but 127.0.0.1.
      const address = `127.${randomInt(1, 255)}.0.80`;
      const derper = await startDerperIfPossible(path, { folder, mode: 'tls', httpPort: 80, address });
      if (!derper) return skip('port 80 of a loopback address is not to be had');
      const node = { ...pinned(derper), IPv4: address };
      expect(await findPortal(parseRelayMap(derpMap({ ...node, CanPort80: true })))).toEqual({ captivePortal: false });
      expect(await findPortal(parseRelayMap(derpMap(node)))).toEqual({});
    });

    it('is seen where a server answers otherwise', async () => {
      // A TLS port answers 400 to plain HTTP.
      expect(await findPortal(parseRelayMap(withoutTls(one)))).toEqual({ captivePortal: true });
    });
  });

  describe('a map of three, and one that is gone', () => {
    let document: object;
    let file: string;
    beforeAll(async () => {
      const [port = 0, stunPort = 0] = await freePorts(2);
      document = derpMap(...[one, ...others].map(pinned), derpNode({ port, stunPort, httpPort: 0 }, { CertName: certificate.pin }));
      file = await writeMap('four.json', document);
    });

    it('gives the nearest of the three as home', async () => {
      const { home, report, decision } = await nearest({ map: parseRelayMap(document), signal: AbortSignal.timeout(8_000) });
      expectHome(report, decision.home);
      expect(home?.region.id).toBe(decision.home);
      expect(home?.nodes[0]).toMatchObject({ host: derperHost, certificate: certificate.pin });
    });

    it.each(['steady', 'netcheck'])('and so does the command with %s', async (strategy) => {
      const { report, decision, timing } = readOutcome(await runCommand(['check', '--map', file, '--strategy', strategy, '--format', 'json']));
      expectHome(report, decision.home);
      expect(report).toMatchObject({ strategy, mapSource: file, full: true });
      expect(decision).toMatchObject({ changed: true, state: 'settled', reason: 'first' });
      expect(timing.decisionMs).toBeGreaterThanOrEqual(timing.firstAnswerMs ?? Infinity);
      expect(timing.totalMs).toBeGreaterThanOrEqual(timing.decisionMs ?? Infinity);
      expect(timing.packetsSent).toBeGreaterThanOrEqual(4);
    });

    function expectHome(report: Report, home: string | undefined): void {
      const ids = ['1', '2', '3'];
      for (const id of ids) expect(report.regions[id]).toMatchObject({ kind: 'stun', family: 4 });
      // Answers that a busy process read late are ranked by their order.
      const latencies = ids.map((id) => (report.strategy === 'steady' ? report.regions[id]?.rankMs : undefined) ?? report.regions[id]?.latencyMs ?? Infinity);
      expect(home).toBe(ids[latencies.indexOf(Math.min(...latencies))]);
      expect(report.regions['4']).not.toHaveProperty('latencyMs');
      expect(report.regions['4']?.lost).toBeGreaterThan(0);
      expect(report).toMatchObject({ udp: true, ipv4: true, ipv4CanSend: true, mappingVariesByDestIp: false, globalV4: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
    }
  });

  describe('without UDP', () => {
    /** How long a report takes, from and to: steady turns to HTTPS after 0.7 s, netcheck after 3 s. Neither may use up the 5 s. */
    const durations = { steady: [50, 3_000], netcheck: [3_000, 4_900] } as const;
    type Name = keyof typeof durations;

    function expectHome(report: Report, home: string | undefined, name: Name): void {
      const [leastMs, mostMs] = durations[name];
      expect(home).toBe('1');
      expect(report).toMatchObject({ strategy: name, udp: false, ipv4: true, ipv4CanSend: true });
      expect(report).not.toHaveProperty('globalV4');
      expect(report.regions['1']?.kinds).toMatchObject({ https: { samples: 1, lost: 0 }, stun: { samples: 0, lost: expect.any(Number) } });
      expect(report.durationMs).toBeGreaterThanOrEqual(leastMs - 1);
      expect(report.durationMs).toBeLessThan(mostMs);
    }

    const strategies: readonly (readonly [Name, () => Strategy])[] = [['steady', () => steady() as Strategy], ['netcheck', () => netcheck() as Strategy]];

    it.concurrent.each(strategies)('HTTPS finds the home, with %s', async (name, strategy) => {
      const { home, report } = await nearest({ map: parseRelayMap(derpMap(pinned(withoutStun))), strategy: strategy(), signal: AbortSignal.timeout(8_000) });
      expectHome(report, home?.region.id, name);
    });

    it.concurrent.each<Name>(['steady', 'netcheck'])('the command says so, and that there is no portal, with %s', async (name) => {
      const onHttp = await startDerper(path, { folder, mode: 'http', stun: false });
      const file = await writeMap(`${name}.json`, withoutTls(onHttp));
      const { report, decision } = readOutcome(await runCommand(['check', '--map', file, '--strategy', name, '--format', 'json']));
      expectHome(report, decision.home, name);
      expect(report).toMatchObject({ captivePortal: false });
      expect(decision).toMatchObject({ changed: true, reason: 'only' });
    });
  });

  const writeMap = async (name: string, map: object): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, JSON.stringify(map));
    return file;
  };
});

function theNode({ regions }: RelayMap): RelayNode {
  const node = regions[0]?.nodes[0];
  if (!node) throw new Error('the map has no node');
  return node;
}

/** What the captive portal check finds out by the map, on its own. */
async function findPortal(map: RelayMap): Promise<CheckFinding> {
  const [check] = nodeChecks(['portal']);
  const report: Report = { at: 0, full: true, durationMs: 0, strategy: 'none', notes: [], regions: {} };
  return (await check?.run({ map, report, signal: AbortSignal.timeout(5_000) })) ?? {};
}

/** What the command has printed, if it found a home and had nothing to complain of. */
function readOutcome({ exitCode, stdout, stderr }: Outcome): { readonly report: Report; readonly decision: Decision; readonly timing: Timing } {
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const printed = JSON.parse(stdout);
  expect(printed).toMatchObject({ version: 1 });
  return printed;
}
