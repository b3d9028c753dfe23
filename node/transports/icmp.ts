import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { ProbeFailure } from '../../core/errors.ts';
import { stunAddressOf } from '../../core/model/address.ts';
import type { Family } from '../../core/model/kind.ts';
import { attempts } from '../../core/probe/attempts.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { hasPlace, locate } from './locate.ts';
import type { Resolver } from './resolve.ts';
import { createResolver } from './resolve.ts';

export interface IcmpOptions {
  readonly resolver?: Resolver;
  /** Where programs are looked for. */
  readonly path?: string;
  readonly platform?: NodeJS.Platform;
}

/**
 * Times one ICMP echo with the system's `ping`, since Node has no raw sockets and most users may not open one. Supports
 * nothing where there is no `ping` of a kind whose flags are known. The figure is `ping`'s own: its start does not count.
 */
export function icmp({ resolver = createResolver(), path = process.env['PATH'] ?? '', platform = process.platform }: IcmpOptions = {}): Transport {
  const probes = attempts('icmp', (error) => new ProbeFailure('failed', String(error), false));
  const programs = { 4: findPing(4, platform, path), 6: findPing(6, platform, path) };
  return {
    name: 'icmp',
    kind: 'icmp',
    supports: (node) => node.stun !== undefined && hasPlace(node, (of, family) => (programs[family] ? stunAddressOf(of, family) : undefined)),
    probe: (node, { family, signal }) => probes.run(signal, async (attempt) => {
      const place = await locate(node, family, stunAddressOf, resolver, attempt.signal);
      const program = programs[place.family];
      if (!program) throw new ProbeFailure('failed', 'this system has no ping for the family', false);
      attempt.sent = true;
      const latencyMs = readPing(await run(program, place.address, attempt.signal));
      return { kind: 'icmp', latencyMs, family: place.family };
    }),
    close: probes.close,
  };
}

interface Program {
  readonly file: string;
  /** Flags before the address. */
  readonly flags: readonly string[];
}

/** The caller's signal is the bound; this one is for the case that this process dies first. */
const giveUpSeconds = 10;

function findPing(family: Family, platform: NodeJS.Platform, path: string): Program | undefined {
  // iputils and BusyBox read the family off the address; macOS has a program a family, of which ping6 knows no limit.
  if (platform === 'linux') return withFile(find('ping', path), ['-n', '-c', '1', '-W', String(giveUpSeconds)]);
  if (platform !== 'darwin') return undefined;
  return family === 4 ? withFile(find('ping', path), ['-n', '-c', '1', '-W', String(giveUpSeconds * 1000)]) : withFile(find('ping6', path), ['-n', '-c', '1']);
}

const withFile = (file: string | undefined, flags: readonly string[]): Program | undefined => (file === undefined ? undefined : { file, flags });

function find(name: string, path: string): string | undefined {
  return path.split(delimiter).filter(isAbsolute).map((folder) => join(folder, name)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What `ping` printed. The address comes from `parseIp`, so it can be no option; no shell is involved. */
function run({ file, flags }: Program, address: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    // Its exit status is left to `readPing`: 1 is silence, 2 is any trouble, and the text tells them apart better.
    execFile(file, [...flags, address], { signal, killSignal: 'SIGKILL', env: { LC_ALL: 'C' }, maxBuffer: 8192 }, (error, stdout, stderr) => {
      if (error && (signal.aborted || typeof error.code !== 'number')) reject(error);
      else resolve(`${stdout}\n${stderr}`);
    });
  });
}

/**
 * The round trip in ms from what `ping` printed (iputils, BusyBox, macOS). Throws a `ProbeFailure`: `unreachable` where a
 * router or this system said so, `no-answer` for silence.
 */
export function readPing(output: string): number {
  const time = /\btime[=<] ?(\d{1,9}(?:[.,]\d+)?) ?ms/i.exec(output)?.[1];
  if (time !== undefined) return Number(time.replace(',', '.'));
  const refusal = /^.*(?:unreachable|no route|not permitted|prohibited|cannot assign|not supported).*$/im.exec(output)?.[0];
  if (refusal !== undefined) throw new ProbeFailure('unreachable', refusal.trim(), !/^(?:ping6?:|connect:|UDP connect:)/.test(refusal));
  throw new ProbeFailure('no-answer', 'ping got no answer', true);
}
