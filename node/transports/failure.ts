import { ProbeFailure } from '../../core/errors.ts';
import type { ProbeFailureCode } from '../../core/model/sample.ts';

/** The system's name of an error, such as `ECONNREFUSED`; empty if it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Errors that this machine raises before a packet leaves it: no route, no address, a family it lacks, a rule of its own. */
const local = new Set(['EACCES', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'EMFILE', 'ENETDOWN', 'ENETUNREACH', 'ENFILE', 'ENOBUFS', 'EPERM']);

const meanings: Readonly<Record<string, ProbeFailureCode>> = {
  ECONNREFUSED: 'refused',
  EACCES: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EAFNOSUPPORT: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  EPERM: 'unreachable',
  // The system's own limit on a handshake, two minutes on Linux.
  ETIMEDOUT: 'no-answer',
};

/** What the failure of a connection means. `sent`: something went over it before. */
export function connectionFailure(error: unknown, { sent }: { readonly sent: boolean }): ProbeFailure {
  const code = codeOf(error);
  // Node's HTTP parser names its complaints so: what answered does not speak HTTP.
  const meaning = code.startsWith('HPE_') ? 'status' : meanings[code] ?? 'failed';
  return new ProbeFailure(meaning, messageOf(error), sent && !local.has(code));
}

/**
 * What it means that the system did not take a datagram. `EPERM` on Linux is an outgoing firewall rule: the datagram counts
 * as sent and lost, as netcheck has it, since the machine does have the family. All others: not sent.
 */
export function sendFailure(error: unknown, platform: NodeJS.Platform = process.platform): ProbeFailure {
  const code = codeOf(error);
  // A refusal is the answer to an earlier datagram, told by the next one's send.
  const meaning = code === 'ECONNREFUSED' ? 'unreachable' : meanings[code] ?? 'failed';
  return new ProbeFailure(meaning, messageOf(error), code === 'EPERM' && platform === 'linux');
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
