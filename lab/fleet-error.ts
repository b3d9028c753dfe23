/** A fleet, or a weather, that a lab cannot have. `path` says where, such as `relays[3].rttMs`. */
export class FleetError extends Error {
  override readonly name: string = 'FleetError';
  readonly code: 'not-json' | 'missing' | 'unknown' | 'wrong' | 'duplicate';
  readonly path: string;
  constructor(code: FleetError['code'], path: string, message: string) {
    super(path ? `${path}: ${message}` : message);
    this.code = code;
    this.path = path;
  }
}
