import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTestCertificate } from '../../lab/certificate.ts';
import type { TestCertificate } from '../../lab/certificate.ts';
import { acceptsTcp, answersStun, freePorts } from './ports.ts';
import { startProgram } from './programs.ts';
import type { Program } from './programs.ts';

export const howToGetDerper = 'Build it with Go 1.26.5 or newer: GOBIN="$PWD/.cache/bin" go install tailscale.com/cmd/derper@v1.102.0 (or put it on PATH, or its path in DERPER).';

/** The name in the certificate. derper ends TLS handshakes that ask for another. */
export const derperHost = 'derp.test';

/** The port of `-dev`, which no flag moves. */
export const devPort = 3340;

export interface DerperPorts {
  readonly port: number;
  /** Also where it was told to serve no STUN: then nobody listens there. */
  readonly stunPort: number;
  readonly httpPort: number;
}

export interface Derper extends Program, DerperPorts {}

export interface DerperOptions {
  /** Where it keeps its key, and finds `derp.test.crt` and `derp.test.key` or what else `-hostname` names. */
  readonly folder: string;
  /** `tls` by the certificate in the folder; `http`: without TLS; `dev`: as `-dev` has it, which is on all addresses. */
  readonly mode: 'tls' | 'http' | 'dev';
  readonly hostname?: string;
  readonly stun?: boolean;
  readonly httpPort?: number;
  /** The loopback address that it listens on. `-dev` knows only all. */
  readonly address?: string;
}

/** Starts a derper; resolves once it serves HTTP(S) and, unless it shall not, STUN. */
export async function startDerper(path: string, { folder, mode, hostname = derperHost, stun = true, httpPort, address = '127.0.0.1' }: DerperOptions): Promise<Derper> {
  const [first = 0, stunPort = 0, second = 0] = await freePorts(3);
  const ports = { port: mode === 'dev' ? devPort : first, stunPort, httpPort: httpPort ?? second };
  const args = [
    ...(mode === 'dev' ? ['-dev'] : ['-a', `${address}:${ports.port}`, '-c', join(folder, `${ports.port}.derpkey`)]),
    ...(mode === 'tls' ? ['-certmode', 'manual', '-certdir', folder, '-hostname', hostname, '-http-port', String(ports.httpPort)] : []),
    '-stun-port', String(stunPort), `-stun=${stun}`,
  ];
  const listeners = mode === 'tls' ? [ports.port, ports.httpPort] : [ports.port];
  const serves = async (): Promise<boolean> => {
    const answers = await Promise.all([...listeners.map((port) => acceptsTcp(port, address)), ...(stun ? [answersStun(stunPort, address)] : [])]);
    return answers.every(Boolean);
  };
  return { ...ports, ...(await startProgram(path, args, { serves, cwd: folder })) };
}

/** As `startDerper`; undefined where the system does not let it have a port or an address that it must have. */
export async function startDerperIfPossible(path: string, options: DerperOptions): Promise<Derper | undefined> {
  try {
    return await startDerper(path, options);
  } catch (error) {
    if (/permission denied|assign requested address|address already in use/.test(String(error))) return undefined;
    throw error;
  }
}

/** Puts a certificate for `derp.test` where `-certdir` looks for it. */
export async function writeCertificate(folder: string): Promise<TestCertificate> {
  const certificate = makeTestCertificate([derperHost], Date.now());
  await writeFile(join(folder, `${derperHost}.crt`), certificate.certificatePem);
  await writeFile(join(folder, `${derperHost}.key`), certificate.keyPem);
  return certificate;
}

/** A node as an operator writes it into a DERP map. */
export type DerpNode = Readonly<Record<string, string | number | boolean>>;

export const derpNode = ({ port, stunPort }: DerperPorts, more: DerpNode = {}): DerpNode =>
  ({ HostName: derperHost, IPv4: '127.0.0.1', IPv6: 'none', DERPPort: port, STUNPort: stunPort, ...more });

/** A DERP map as a control server sends it: regions 1, 2, … of one node each. */
export const derpMap = (...nodes: readonly DerpNode[]): object => ({
  Regions: Object.fromEntries(nodes.map((node, index) => {
    const id = index + 1;
    return [id, { RegionID: id, RegionCode: `r${id}`, RegionName: `Region ${id}`, Nodes: [{ Name: `${id}a`, RegionID: id, ...node }] }];
  })),
});

/** A map in our own form of a derper without TLS, which a DERP map cannot say. */
export const withoutTls = ({ port, stunPort }: DerperPorts): object => ({
  version: 1,
  regions: [{
    id: '1', code: 'r1', name: 'Region 1',
    nodes: [{ host: derperHost, ipv4: '127.0.0.1', ipv6: 'none', stun: { port: stunPort, dialect: 'tailscale' }, https: { port, scheme: 'http' }, canPort80: true }],
  }],
});
