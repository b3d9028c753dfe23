import { kinds } from '../../core/model/kind.ts';
import type { Doubt } from '../../core/model/sample.ts';
import { mostCount, mostDurationMs } from './parts.ts';
import type { PostedReport } from './report.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether `reportSchema` would take it, found out fifteen times as fast: most that is posted is right, and the schema is asked
 * only what is wrong with the rest. A test holds the two to one another.
 *
 * The schema drops what it does not know; here it stays in. Whoever reads the report reads the fields that it is to have.
 */
export function isReport(value: unknown): value is PostedReport {
  if (!isObject(value)) return false;
  return isEpochMs(value['at']) && typeof value['full'] === 'boolean' && isDuration(value['durationMs']) && isText(value['strategy'], 100)
    && (value['mapSource'] === undefined || isText(value['mapSource'], 2_000)) && (value['partial'] === undefined || value['partial'] === true)
    && areFlags(value, flags) && (value['portMapping'] === undefined || (isObject(value['portMapping']) && areFlags(value['portMapping'], mappings)))
    && areNotes(value['notes']) && areRegions(value['regions']) && (value['home'] === undefined || isText(value['home'], 100));
}

const flags = ['udp', 'ipv4', 'ipv6', 'ipv4CanSend', 'ipv6CanSend', 'osHasIpv6', 'icmpv4', 'mappingVariesByDestIp', 'hairpinning', 'captivePortal'] as const;
const mappings = ['upnp', 'natPmp', 'pcp'] as const;
const knownKinds: ReadonlySet<unknown> = new Set(kinds);
const doubts: ReadonlySet<unknown> = new Set<Doubt>(['cold', 'retransmitted', 'event-loop', 'single', 'place']);

/** The schema takes a list for an object, too. What is to be a record is looked at again where it is read. */
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown, most: number): boolean => typeof value === 'string' && value.length <= most;
const isWithin = (value: unknown, most: number): boolean => typeof value === 'number' && value >= 0 && value <= most;
const isDuration = (value: unknown): boolean => isWithin(value, mostDurationMs);
const isEpochMs = (value: unknown): boolean => isWithin(value, Number.MAX_SAFE_INTEGER);
const isCount = (value: unknown): boolean => isWithin(value, mostCount) && Number.isInteger(value);

function areFlags(value: Fields, names: readonly string[]): boolean {
  for (const name of names) {
    const flag = value[name];
    if (flag !== undefined && typeof flag !== 'boolean') return false;
  }
  return true;
}

const areNotes = (value: unknown): boolean =>
  Array.isArray(value) && value.every((note: unknown) => isObject(note) && isText(note['code'], 100) && isText(note['message'], 2_000));

function areRegions(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const id in value) if (id.length > 100 || !isRegion(value[id])) return false;
  return true;
}

function isRegion(value: unknown): boolean {
  return isObject(value) && isText(value['code'], 100) && (value['latencyMs'] === undefined || isDuration(value['latencyMs']))
    && (value['kind'] === undefined || knownKinds.has(value['kind'])) && (value['kinds'] === undefined || areKinds(value['kinds']))
    && isCount(value['samples']) && isCount(value['lost']) && Array.isArray(value['doubt']) && value['doubt'].every((doubt) => doubts.has(doubt));
}

function areKinds(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const kind in value) {
    const figure = value[kind];
    if (!knownKinds.has(kind) || !isObject(figure) || !(figure['ms'] === undefined || isDuration(figure['ms'])) || !isCount(figure['samples']) || !isCount(figure['lost'])) return false;
  }
  return true;
}
