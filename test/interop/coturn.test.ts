import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { netcheck, steady, type Strategy } from '../../core/index.ts';
import { parseRelayMap } from '../../core/map/parse.ts';
import type { RelayNode, StunEndpoint } from '../../core/model/map.ts';
import type { Sample } from '../../core/model/sample.ts';
import { nearest } from '../../node/index.ts';
import { stun, type StunTransport } from '../../node/transports/index.ts';
import { errorOf, isPending, until } from '../until.ts';
import { runCommand } from './command.ts';
import { howToGetCoturn, startCoturn, type Coturn } from './coturn.ts';
import { freePorts } from './ports.ts';
import { cleanUp, describeWith, makeFolder } from './programs.ts';

const username = 'alice';
const credential = 'a secret of nobody';
const credentials = ['lt-cred-mech', `user=${username}:${credential}`, 'realm=turn.test'];

describeWith('turnserver', howToGetCoturn, (path) => {
  let folder: string;
  let stunServer: Coturn;
  let turnServer: Coturn;
  let third: Coturn;
  /** Answers each request that comes without credentials with error 401. */
  let refusing: Coturn;
  let transport: StunTransport;

  beforeAll(async () => {
    folder = makeFolder();
    [stunServer, turnServer, third, refusing] = await Promise.all([
      startCoturn(path, folder), startCoturn(path, folder, credentials), startCoturn(path, folder), startCoturn(path, folder, [...credentials, 'secure-stun']),
    ]);
  });
  beforeEach(() => { transport = stun(); });
  afterEach(() => { transport.close(); });
  afterAll(cleanUp);

  const probe = (node: RelayNode, signal: AbortSignal = AbortSignal.timeout(5_000)): Promise<Sample> => transport.probe(node, { family: 4, signal });
  const nodeAt = ({ port }: { readonly port: number }, dialect: StunEndpoint['dialect'] = 'plain'): RelayNode =>
    ({ name: `at ${port}`, host: '127.0.0.1', ipv4: '127.0.0.1', ipv6: 'none', stun: { port, dialect } });
  const expectAnswer = (sample: Sample): void => {
    expect(sample).toMatchObject({ kind: 'stun', family: 4, mapped: `127.0.0.1:${transport.localPort(4)}` });
    expect(sample.latencyMs).toBeGreaterThan(0);
    expect(transport.ignored).toEqual({ stray: 0, foreign: 0, malformed: 0 });
  };

  // Its answers differ: with MAPPED-ADDRESS, RESPONSE-ORIGIN and SOFTWARE beside what is needed; with FINGERPRINT, also where
  // the request has none; with little.
  describe.each<{ how: string; settings: readonly string[] }>([
    { how: 'as it comes', settings: [] },
    { how: 'to send fingerprints', settings: ['fingerprint'] },
    { how: 'as Debian has it', settings: ['no-rfc5780', 'no-stun-backward-compatibility', 'response-origin-only-with-rfc5780'] },
  ])('set up $how, it answers', ({ settings }) => {
    let server: Coturn;
    beforeAll(async () => { server = await startCoturn(path, folder, settings); });

    it.each(['plain', 'tailscale'] as const)('a %s request', async (dialect) => { expectAnswer(await probe(nodeAt(server, dialect))); });
  });

  describe('RTCIceServer[]', () => {
    /** Two servers: one by address, one by name, as those of one host are one region. */
    const iceServers = (): object[] => [
      { urls: `stun:127.0.0.1:${stunServer.port}` },
      { urls: [`turn:localhost:${turnServer.port}?transport=tcp`, `turn:localhost:${turnServer.port}`], username, credential },
    ];

    it('stun: and turn: URLs lead to servers that answer', async () => {
      const { regions } = parseRelayMap(iceServers());
      expect(regions.map(({ id }) => id)).toEqual(['1', '2']);
      for (const { nodes: [node] } of regions) expectAnswer(await probe(node ?? nodeAt({ port: 0 })));
    });

    it('turn: over TCP promises no STUN', () => {
      const { regions } = parseRelayMap([{ urls: `turn:127.0.0.1:${turnServer.port}?transport=tcp`, username, credential }]);
      expect(regions[0]?.nodes.map((node) => transport.supports(node))).toEqual([false]);
    });

    it('the command takes a list and finds a home, and prints no credentials', async () => {
      const file = join(folder, 'ice.json');
      await writeFile(file, JSON.stringify([{ urls: [`stun:127.0.0.1:${stunServer.port}`, `turn:127.0.0.1:${turnServer.port}`], username, credential }]));
      const { exitCode, stdout, stderr } = await runCommand(['check', '--map', file, '--format', 'json']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({ report: { udp: true, regions: { '1': { kind: 'stun' } } }, decision: { home: '1', reason: 'only' } });
      expect(stdout).not.toContain(credential);
    });
  });

  const strategies: readonly (readonly [string, () => Strategy])[] = [['steady', () => steady() as Strategy], ['netcheck', () => netcheck() as Strategy]];
  const mapOf = (...nodes: readonly RelayNode[]): object =>
    ({ version: 1, regions: nodes.map((node, index) => ({ id: String(index + 1), code: `r${index + 1}`, name: node.name, nodes: [node] })) });

  it.each(strategies)('three on different ports see one mapping, and the nearest is home, with %s', async (_name, strategy) => {
    const nodes = [nodeAt(stunServer), nodeAt(turnServer, 'tailscale'), nodeAt(third)];
    const { home, report } = await nearest({ map: parseRelayMap(mapOf(...nodes)), strategy: strategy(), signal: AbortSignal.timeout(8_000) });
    expect(report).toMatchObject({ udp: true, ipv4: true, mappingVariesByDestIp: false });
    expect(report.globalCounters).toEqual({ v4: { [report.globalV4 ?? '']: expect.any(Number) }, v6: {} });
    const latencies = nodes.map((_, index) => report.regions[index + 1]?.latencyMs ?? Infinity);
    expect(Math.max(...latencies)).toBeLessThan(Infinity);
    expect(home?.region.id).toBe(String(latencies.indexOf(Math.min(...latencies)) + 1));
  });

  describe('an error response', () => {
    it.each(['plain', 'tailscale'] as const)('is no answer to a %s request', async (dialect) => {
      const controller = new AbortController();
      const sample = errorOf(probe(nodeAt(refusing, dialect), controller.signal));
      await until(() => transport.ignored.malformed === 1);
      expect(await isPending(sample)).toBe(true);
      controller.abort();
      expect(await sample).toMatchObject({ name: 'ProbeFailure', code: 'no-answer', sent: true });
      expect(transport.ignored).toEqual({ stray: 0, foreign: 0, malformed: 1 });
    });

    it('makes no home: not beside servers that answer', async () => {
      const { home, report } = await nearest({ map: parseRelayMap(mapOf(...[refusing, stunServer, turnServer, third].map((server) => nodeAt(server)))), signal: AbortSignal.timeout(8_000) });
      expect(['2', '3', '4']).toContain(home?.region.id);
      expect(report.regions['1']).toMatchObject({ samples: 0 });
      expect(report.regions['1']).not.toHaveProperty('latencyMs');
    });

    it('makes no home: nor alone, and the command says so', async () => {
      const [closed = 0] = await freePorts(1);
      const file = join(folder, 'refusing.json');
      await writeFile(file, JSON.stringify(mapOf(nodeAt(refusing), nodeAt({ port: closed }))));
      const { exitCode, stdout } = await runCommand(['check', '--map', file, '--format', 'json']);
      expect(exitCode).toBe(1);
      const { report, decision } = JSON.parse(stdout);
      expect(decision).toMatchObject({ state: 'unreachable', reason: 'no-answer', changed: false });
      expect(decision).not.toHaveProperty('home');
      // UDP is not known to be dead: nothing else answered either.
      expect(report).not.toHaveProperty('udp');
      expect(report).toMatchObject({ ipv4CanSend: true });
    });
  });
});
