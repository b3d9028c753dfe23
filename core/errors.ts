import type { ProbeFailureCode } from './model/sample.ts';

/** A relay map that cannot be used. `path` says where, such as `regions[3].nodes[0].stunPort`. */
export class RelayMapError extends Error {
  override readonly name: string = 'RelayMapError';
  readonly code: string;
  readonly path: string;
  constructor(code: string, path: string, message: string) {
    super(path ? `${path}: ${message}` : message);
    this.code = code;
    this.path = path;
  }
}

/** By its name, as it may come out of a part that was bundled with a class of its own. */
export const isRelayMapError = (error: unknown): error is RelayMapError => error instanceof Error && error.name === 'RelayMapError';

/** A second run was asked for while one is under way. */
export class ConcurrentRunError extends Error {
  override readonly name: string = 'ConcurrentRunError';
  readonly code: string = 'concurrent-run';
  constructor() {
    super('a report is already being made');
  }
}

/** A picker or a transport that was closed is asked to work. */
export class ClosedError extends Error {
  override readonly name: string = 'ClosedError';
  readonly code: string = 'closed';
  constructor(what: string) {
    super(`${what} is closed`);
  }
}

/** What a transport rejects with: no latency, and why. Becomes data in the report. */
export class ProbeFailure extends Error {
  override readonly name: string = 'ProbeFailure';
  readonly code: ProbeFailureCode;
  /** Something left this machine, or would have, had the network taken it. */
  readonly sent: boolean;
  constructor(code: ProbeFailureCode, message: string, sent: boolean) {
    super(message);
    this.code = code;
    this.sent = sent;
  }
}
