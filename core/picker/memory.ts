import { hash } from '../choice/hash.ts';
import type { RegionId } from '../model/map.ts';
import type { Report } from '../model/report.ts';

/** What a picker knows about one network. */
export interface NetworkMemory {
  readonly id: string;
  /** Epoch ms of the newest report in it. */
  readonly at: number;
  readonly strategy: string;
  readonly state: unknown;
  readonly home?: RegionId;
  readonly last?: Report;
  /** Reports running in which UDP was asked in vain. */
  readonly silentUdp?: number;
}

/** All that a picker remembers across restarts. */
export interface Memory {
  readonly version: 1;
  readonly clientKey: string;
  /** Newest first. */
  readonly networks: readonly NetworkMemory[];
}

/** How many networks are kept; the oldest is forgotten. */
export const maxNetworks = 8;

/** Reads a saved memory. `newer`: written by a later version; `corrupt`: anything else that is not one. */
export function readMemory(text: string): Memory | 'corrupt' | 'newer' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'corrupt';
  }
  if (!isRecord(value)) return 'corrupt';
  if (typeof value['version'] === 'number' && value['version'] > 1) return 'newer';
  const { version, sum, clientKey, networks } = value;
  if (version !== 1 || sum !== sumOf(networks) || typeof clientKey !== 'string' || clientKey === '' || !Array.isArray(networks) || !networks.every(isNetworkMemory)) return 'corrupt';
  return { version, clientKey, networks: networks.slice(0, maxNetworks) };
}

export const writeMemory = (memory: Memory): string => `${JSON.stringify({ ...memory, sum: sumOf(memory.networks) })}\n`;

/** What a strategy put into its state only that strategy can check; that it is what was written, a sum can. */
const sumOf = (networks: unknown): number => hash(JSON.stringify(networks) ?? '');

/** The memory with this network as the newest. */
export function remember(memory: Memory, network: NetworkMemory): Memory {
  return { ...memory, networks: [network, ...memory.networks.filter(({ id }) => id !== network.id)].slice(0, maxNetworks) };
}

/** A report without public addresses: they are nobody's business on disk. */
export function withoutAddresses(report: Report): Report {
  const { globalV4: _v4, globalV6: _v6, globalCounters: _counters, ...rest } = report;
  return rest;
}

/**
 * Whether a report may become memory. A region that alone answered of several may be the only one that a hotel's firewall
 * lets through: it serves as home now, but is no reason to start there tomorrow.
 */
export function isWorthRemembering(report: Report): boolean {
  const probed = Object.values(report.regions).filter((region) => region.samples + region.lost > 0);
  const answered = probed.filter((region) => region.latencyMs !== undefined);
  return answered.length > 1 || (answered.length === 1 && probed.length === 1);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function isNetworkMemory(value: unknown): value is NetworkMemory {
  if (!isRecord(value)) return false;
  const { id, at, strategy, home, last, silentUdp } = value;
  return typeof id === 'string' && Number.isFinite(at) && typeof strategy === 'string' && 'state' in value && (home === undefined || typeof home === 'string') && (last === undefined || isReport(last)) && (silentUdp === undefined || Number.isInteger(silentUdp));
}

/** As far as the planner and the strategies read it. */
function isReport(value: unknown): value is Report {
  if (!isRecord(value) || !Number.isFinite(value['at']) || !isRecord(value['regions'])) return false;
  return Object.values(value['regions']).every((region) => isRecord(region) && [region['latencyMs'], region['v4Ms'], region['v6Ms']].every((ms) => ms === undefined || Number.isFinite(ms)));
}
