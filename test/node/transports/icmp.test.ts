import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProbeFailure } from '../../../core/errors.ts';
import type { RelayNode } from '../../../core/model/map.ts';
import { icmp, readPing } from '../../../node/transports/icmp.ts';
import { describeTransport, slowMs } from '../../contract/transport.ts';
import { hasIpv6 } from '../../servers/ipv6.ts';
import { errorOf, until } from '../../until.ts';

/** A `ping` that knows four addresses, in a folder of its own; notes its arguments, and its process while it waits. */
const script = `#!/bin/sh
here=$(/usr/bin/dirname "$0")
echo "$*" >> "$here/asked"
for address in "$@"; do :; done
case "$address" in
  127.0.0.1|::1) echo "64 bytes from $address: icmp_seq=1 ttl=64 time=0.053 ms" ;;
  127.0.0.2) /bin/sleep ${slowMs / 1000}; echo "64 bytes from $address: icmp_seq=1 ttl=64 time=${slowMs} ms" ;;
  127.0.0.3) echo $$ > "$here/waiting"; exec /bin/sleep 60 ;;
  *) echo "ping: connect: Network is unreachable" >&2; exit 2 ;;
esac
`;

const nodeAt = (address: string): RelayNode => ({ name: address, host: 'relay.test', ipv4: 'none', ipv6: 'none', [address.includes(':') ? 'ipv6' : 'ipv4']: address, stun: { port: 3478, dialect: 'plain' } });

interface Ping {
  readonly folder: string;
  /** Its arguments, call by call. */
  asked(): string[];
  waitingProcess(): number | undefined;
  remove(): void;
}

function installPing(name = 'ping'): Ping {
  const folder = mkdtempSync(join(tmpdir(), 'ping-'));
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
  const read = (file: string): string => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '');
  return {
    folder,
    asked: () => read('asked').split('\n').filter(Boolean),
    waitingProcess: () => Number(read('waiting')) || undefined,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const isUnix = process.platform === 'linux' || process.platform === 'darwin';

if (isUnix) {
  describeTransport('icmp', async () => {
    const ping = installPing();
    return {
      create: (resolver) => icmp({ resolver, path: ping.folder, platform: 'linux' }),
      live: nodeAt('127.0.0.1'),
      live6: nodeAt('::1'),
      slow: nodeAt('127.0.0.2'),
      silent: nodeAt('127.0.0.3'),
      silentWasAsked: () => ping.waitingProcess() !== undefined,
      named: { name: 'named', host: 'relay.test', stun: { port: 3478, dialect: 'plain' } },
      heard: () => ping.asked().length,
      close: async () => ping.remove(),
    };
  }, { optOut: { 'says when nobody listens': 'an echo has no port' } });
}

describe.runIf(isUnix)('icmp with a ping of our own', () => {
  let ping: Ping;
  const signal = new AbortController().signal;
  beforeEach(() => { ping = installPing(); });
  afterEach(() => ping.remove());

  it.each<{ platform: NodeJS.Platform; address: string; program: string; args: string }>([
    { platform: 'linux', address: '127.0.0.1', program: 'ping', args: '-n -c 1 -W 10 127.0.0.1' },
    { platform: 'linux', address: '::1', program: 'ping', args: '-n -c 1 -W 10 ::1' },
    { platform: 'darwin', address: '127.0.0.1', program: 'ping', args: '-n -c 1 -W 10000 127.0.0.1' },
    { platform: 'darwin', address: '::1', program: 'ping6', args: '-n -c 1 ::1' },
  ])('calls $program $args on $platform', async ({ platform, address, program, args }) => {
    ping.remove();
    ping = installPing(program);
    const family = address.includes(':') ? 6 : 4;
    expect(await icmp({ path: ping.folder, platform }).probe(nodeAt(address), { family, signal })).toEqual({ kind: 'icmp', latencyMs: 0.053, family });
    expect(ping.asked()).toEqual([args]);
  });

  it('ends the process when it is cut short', async () => {
    const controller = new AbortController();
    const error = errorOf(icmp({ path: ping.folder, platform: 'linux' }).probe(nodeAt('127.0.0.3'), { signal: controller.signal }));
    await until(() => ping.waitingProcess() !== undefined);
    const pid = ping.waitingProcess() ?? 0;
    expect(isAlive(pid)).toBe(true);
    controller.abort();
    await error;
    await until(() => !isAlive(pid));
  });

  it('says that there is no way to the address', async () => {
    expect(await errorOf(icmp({ path: ping.folder, platform: 'linux' }).probe(nodeAt('192.0.2.1'), { signal }))).toMatchObject({ code: 'unreachable', sent: false });
  });

  it.each<{ what: string; options: (folder: string) => Parameters<typeof icmp>[0]; node: RelayNode; supported: boolean }>([
    { what: 'a node with STUN', options: (path) => ({ path, platform: 'linux' }), node: nodeAt('127.0.0.1'), supported: true },
    { what: 'a node without STUN', options: (path) => ({ path, platform: 'linux' }), node: { name: 'a', host: 'relay.test', derp: { port: 443 } }, supported: false },
    { what: 'nothing without a ping', options: () => ({ path: '/nonexistent', platform: 'linux' }), node: nodeAt('127.0.0.1'), supported: false },
    { what: 'nothing without a path', options: () => ({ path: '', platform: 'linux' }), node: nodeAt('127.0.0.1'), supported: false },
    { what: 'nothing by a ping in the working folder', options: () => ({ path: '.:bin', platform: 'linux' }), node: nodeAt('127.0.0.1'), supported: false },
    { what: 'nothing where the flags are not known', options: (path) => ({ path, platform: 'win32' }), node: nodeAt('127.0.0.1'), supported: false },
    { what: 'IPv4 on macOS without ping6', options: (path) => ({ path, platform: 'darwin' }), node: nodeAt('127.0.0.1'), supported: true },
    { what: 'no IPv6 on macOS without ping6', options: (path) => ({ path, platform: 'darwin' }), node: nodeAt('::1'), supported: false },
  ])('supports $what', ({ options, node, supported }) => {
    expect(icmp(options(ping.folder)).supports(node)).toBe(supported);
  });
});

/** Whether the process runs. Signal 0 asks; a process that has ended but was not waited for yet counts as running. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("reading ping's output", () => {
  it.each<{ what: string; output: string; ms: number }>([
    { what: 'iputils', output: 'PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.\n64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.053 ms\n\n--- 127.0.0.1 ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\nrtt min/avg/max/mdev = 0.053/0.053/0.053/0.000 ms\n', ms: 0.053 },
    { what: 'iputils beyond 100 ms', output: '64 bytes from 192.0.2.1: icmp_seq=1 ttl=54 time=143 ms\n', ms: 143 },
    { what: 'a decimal comma', output: '64 octets de 192.0.2.1 : icmp_seq=1 ttl=54 temps=12,4 ms\n64 bytes from 192.0.2.1: icmp_seq=1 ttl=54 time=12,4 ms', ms: 12.4 },
    { what: 'BusyBox', output: 'PING ::1 (::1): 56 data bytes\n64 bytes from ::1: seq=0 ttl=64 time=0.091 ms\n', ms: 0.091 },
    { what: 'macOS', output: 'PING 192.0.2.1 (192.0.2.1): 56 data bytes\n64 bytes from 192.0.2.1: icmp_seq=0 ttl=57 time=9.663 ms\n\nround-trip min/avg/max/stddev = 9.663/9.663/9.663/0.000 ms\n', ms: 9.663 },
    { what: 'ping6 of macOS', output: 'PING6(56=40+8+8 bytes) ::1 --> ::1\n16 bytes from ::1, icmp_seq=0 hlim=64 time=0.126 ms\n', ms: 0.126 },
    { what: 'less than can be told', output: '64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time<1 ms', ms: 1 },
    { what: 'an answer that came twice', output: '64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=1.5 ms\n64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=2.5 ms (DUP!)\n', ms: 1.5 },
  ])('$what: $ms ms', ({ output, ms }) => {
    expect(readPing(output)).toBe(ms);
  });

  it.each<{ output: string; code: string; sent: boolean }>([
    { output: 'PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.\n\n--- 192.0.2.1 ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n', code: 'no-answer', sent: true },
    { output: '', code: 'no-answer', sent: true },
    { output: 'From 192.0.2.2 icmp_seq=1 Destination Host Unreachable\n\n1 packets transmitted, 0 received, +1 errors', code: 'unreachable', sent: true },
    { output: 'From 192.0.2.2 icmp_seq=1 Packet filtered\nFrom 192.0.2.2 icmp_seq=1 Destination Net Prohibited\n', code: 'unreachable', sent: true },
    { output: 'ping: connect: Network is unreachable\n', code: 'unreachable', sent: false },
    { output: 'connect: Network is unreachable\n', code: 'unreachable', sent: false },
    { output: 'ping: sendmsg: Operation not permitted\n', code: 'unreachable', sent: false },
    { output: 'ping: socket: Operation not permitted\n', code: 'unreachable', sent: false },
    { output: 'ping: sendto: No route to host\n', code: 'unreachable', sent: false },
    { output: 'ping6: UDP connect: No route to host\n', code: 'unreachable', sent: false },
  ])('$output: $code', ({ output, code, sent }) => {
    let failure: unknown;
    try {
      readPing(output);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(ProbeFailure);
    expect(failure).toMatchObject({ code, sent });
  });
});

describe("reading what is not ping's output", () => {
  const word = fc.constantFrom('time=', 'time<', ' ms', 'unreachable', 'ping: ', '\n', '1.5', ',', '-1', '1e9', 'NaN');

  it('gives a figure that can be a round trip, or a ProbeFailure', () => {
    fc.assert(fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 12 }), (parts) => {
      try {
        const ms = readPing(parts.join(''));
        expect(Number.isFinite(ms) && ms >= 0).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ProbeFailure);
      }
    }), { numRuns: 2000 });
  });
});

const systemPingWorks = spawnSync('ping', ['-n', '-c', '1', '127.0.0.1']).status === 0;

describe.runIf(systemPingWorks)("icmp with the system's ping", () => {
  it.each([{ address: '127.0.0.1', family: 4 }, ...(hasIpv6 ? [{ address: '::1', family: 6 }] as const : [])] as const)('measures $address', async ({ address, family }) => {
    const transport = icmp();
    const sample = await transport.probe(nodeAt(address), { family, signal: new AbortController().signal });
    expect(sample).toMatchObject({ kind: 'icmp', family });
    expect(sample.latencyMs).toBeGreaterThan(0);
    expect(sample.latencyMs).toBeLessThan(1000);
  });
});
