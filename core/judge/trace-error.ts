/** What is wrong with a trace, in which of its lines, counted from 1, and where in that line, such as `report.regions.1.latencyMs`. */
export class TraceError extends Error {
  override readonly name: string = 'TraceError';
  readonly line: number;
  readonly path: string;
  constructor(line: number, path: string, message: string) {
    super(`line ${line}: ${path === '' ? message : `${path}: ${message}`}`);
    this.line = line;
    this.path = path;
  }
}
