/** A latency matrix over time, as a file has it: docs/simulate.md describes the form. */
export interface LatencyMatrix {
  /** `matrix`: clients against relays. `paths`: each series stands alone and may play any region of any client. */
  readonly kind: 'matrix' | 'paths';
  readonly stepMs: number;
  readonly relays: readonly string[];
  /** By client and relay: ms over time, `NaN` where nothing came. */
  readonly rtt: readonly (readonly Float64Array[])[];
}

/** Excess over the floor that all regions of a client share, per burst of probes, ms; loss as a share. */
export interface AccessBursts {
  readonly stepMs: number;
  readonly best: Float64Array;
  readonly mean: Float64Array;
  readonly worst: Float64Array;
  readonly lossRate: Float64Array;
}

/** What is wrong with a file, and where in it. */
export class MatrixError extends Error {
  override readonly name: string = 'MatrixError';
  readonly path: string;
  constructor(path: string, message: string) {
    super(path === '' ? message : `${path}: ${message}`);
    this.path = path;
  }
}

/** More would not fit into memory as numbers. */
const maxValues = 50_000_000;
/** Farther than any relay on Earth, by any detour. */
const maxLatencyMs = 60_000;
/** A matrix without a time axis holds for so long a step. */
const staticStepMs = 3_600_000;

/** Reads a parsed JSON document as a latency matrix. Throws `MatrixError`. */
export function readMatrix(document: unknown): LatencyMatrix {
  const fields = asObject(document);
  if (fields['unit'] !== undefined && fields['unit'] !== 'ms') throw new MatrixError('unit', 'must be "ms"');
  const kind = fields['kind'] === 'paths' ? 'paths' : 'matrix';
  if (fields['kind'] === 'access-bursts') throw new MatrixError('kind', 'access bursts are no matrix: they go on top of one');
  const rows = asList(fields['rtt'], 'rtt');
  if (rows.length === 0) throw new MatrixError('rtt', 'must have a client');
  const relays = names(fields['relays'] ?? fields['nodes'], asList(rows[0], 'rtt[0]').length);
  const steps = longest(rows);
  const isStatic = steps === 0;
  const budget = { left: maxValues };
  const rtt = rows.map((row, client) => {
    const cells = asList(row, `rtt[${client}]`);
    if (cells.length !== relays.length) throw new MatrixError(`rtt[${client}]`, `must have ${relays.length} relays`);
    return cells.map((cell, relay) => series(Array.isArray(cell) ? cell : Array.from({ length: steps || 1 }, () => cell), `rtt[${client}][${relay}]`, budget));
  });
  if (relays.length === 0 || relays.length > 1_000) throw new MatrixError('relays', 'must be 1 to 1000');
  if (kind === 'matrix' && rtt.some((row) => row.some((cell) => cell.length !== (steps || 1)))) throw new MatrixError('rtt', 'all series must be of one length');
  return { kind, stepMs: isStatic ? staticStepMs : stepMsOf(fields), relays, rtt };
}

/** How many steps the longest series has; 0 where there is none, but numbers that hold for ever. */
function longest(rows: readonly unknown[]): number {
  let steps = 0;
  for (const row of rows) if (Array.isArray(row)) for (const cell of row) if (Array.isArray(cell)) steps = Math.max(steps, cell.length);
  return steps;
}

/** Reads the excess of an access line. Throws `MatrixError`. */
export function readAccess(document: unknown): AccessBursts {
  const fields = asObject(document);
  if (fields['kind'] !== 'access-bursts') throw new MatrixError('kind', 'must be "access-bursts"');
  const budget = { left: maxValues };
  const [best, mean, worst, loss] = ['best', 'mean', 'worst', 'lossPercent'].map((name) => series(fields[name], name, budget).map((value) => (Number.isNaN(value) ? 0 : value)));
  if (!best || !mean || !worst || !loss || [mean, worst, loss].some(({ length }) => length !== best.length)) throw new MatrixError('', 'best, mean, worst and lossPercent must be of one length');
  return { stepMs: stepMsOf(fields), best, mean, worst, lossRate: loss.map((percent) => Math.min(1, percent / 100)) };
}

function asObject(document: unknown): Readonly<Record<string, unknown>> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw new MatrixError('', 'not a JSON object');
  return document as Record<string, unknown>;
}

function asList(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new MatrixError(path, 'must be a list');
  return value;
}

function stepMsOf({ stepSeconds }: Readonly<Record<string, unknown>>): number {
  if (typeof stepSeconds !== 'number' || !(stepSeconds > 0) || !(stepSeconds <= 86_400)) throw new MatrixError('stepSeconds', 'must be above 0 and at most a day');
  return stepSeconds * 1_000;
}

function names(value: unknown, count: number): string[] {
  if (value === undefined) return Array.from({ length: count }, (_, index) => `r${index + 1}`);
  return asList(value, 'relays').map((name) => String(name).slice(0, 100));
}

function series(value: unknown, path: string, budget: { left: number }): Float64Array {
  const values = asList(value, path);
  if (values.length === 0) throw new MatrixError(path, 'must not be empty');
  budget.left -= values.length;
  if (budget.left < 0) throw new MatrixError(path, `more than ${maxValues} values`);
  return Float64Array.from(values, (ms, index) => {
    if (ms === null) return NaN;
    if (typeof ms !== 'number' || !(ms >= 0) || ms > maxLatencyMs) throw new MatrixError(`${path}[${index}]`, `must be null or ms from 0 to ${maxLatencyMs}`);
    return ms;
  });
}
