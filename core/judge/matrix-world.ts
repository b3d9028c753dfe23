import { isUdpKind } from '../model/kind.ts';
import { accessOf, type Access } from './access.ts';
import { draw } from './draw.ts';
import type { AccessBursts, LatencyMatrix } from './matrix.ts';
import { floorOf, truthOf } from './series-truth.ts';
import type { ClientWorld, World } from './world.ts';

export interface MatrixWorldOptions {
  /** Decides what is drawn. Default 1. */
  readonly seed?: number;
  /** Base times for a matrix of `paths`: a client and its regions are rows and columns of it. Default: drawn. */
  readonly base?: LatencyMatrix;
  /** What an access line adds to every probe of a client. */
  readonly access?: AccessBursts;
  /** Default: as many as the matrix has; for `paths` 240. */
  readonly clients?: number;
  /** Of each client, for `paths`. Default 16. */
  readonly regions?: number;
  /** Default: as long as the matrix is; for `paths`, and for a matrix without a time axis, 24. */
  readonly hours?: number;
}

const hourMs = 3_600_000;

/** A path may dip below its floor, and a base time be small. */
const leastMs = 0.1;

/** Probes that leave within the same second meet the same chance. */
const slotMs = 1_000;

/** Salts of draws. */
const neighbourDraw = 1_000_003;
const accessDraw = 1_000_033;
const lossDraw = 1_000_037;
const pathDraw = 21;
const baseDraw = 22;

/** One region of one client: a series, where in it the world begins, and what is added. */
interface Route {
  readonly series: Float64Array;
  readonly truth: Float64Array;
  readonly offset: number;
  readonly addMs: number;
}

/** A world out of a latency matrix. A probe between two steps takes either neighbour. */
export function matrixWorld(matrix: LatencyMatrix, options: MatrixWorldOptions = {}): World {
  const isStatic = matrix.kind === 'matrix' && (matrix.rtt[0]?.[0]?.length ?? 0) === 1;
  const isDrawn = matrix.kind === 'paths' || isStatic;
  const wholeMs = (matrix.rtt[0]?.[0]?.length ?? 0) * matrix.stepMs;
  const durationMs = Math.min(options.hours === undefined ? Infinity : options.hours * hourMs, isDrawn ? (options.hours ?? 24) * hourMs : wholeMs);
  const routes = matrix.kind === 'paths' ? drawnRoutes(matrix, options) : matrixRoutes(matrix);
  const regions = matrix.kind === 'paths' ? Array.from({ length: options.regions ?? 16 }, (_, index) => `r${index + 1}`) : matrix.relays;
  return {
    regions, durationMs,
    clients: matrix.kind === 'paths' ? (options.clients ?? 240) : Math.min(options.clients ?? Infinity, matrix.rtt.length),
    stepMs: matrix.stepMs,
    client: (index) => clientOf(regions.map((_, region) => routes(index, region)), { ...options, index, stepMs: matrix.stepMs, durationMs }),
  };
}

function clientOf(routes: readonly Route[], { seed = 1, index, stepMs, durationMs, access }: MatrixWorldOptions & { readonly index: number; readonly stepMs: number; readonly durationMs: number }): ClientWorld {
  const steps = Math.ceil(durationMs / stepMs);
  const truthMs = routes.map(({ truth, offset, addMs }) => new Float64Array(steps).map((_, step) => (truth[(offset + step) % truth.length] ?? Infinity) + addMs));
  const line: Access | undefined = access && accessOf(access, seed, index);
  return {
    truthMs,
    probe(region, atMs, attempt, kind) {
      const route = routes[region];
      if (!route) return Infinity;
      const slot = Math.floor(atMs / slotMs);
      const place = index * 4_096 + region;
      const step = Math.floor(atMs / stepMs) + (draw(seed, place, slot, attempt, neighbourDraw) < 0.5 ? 0 : 1);
      const ms = (route.series[(route.offset + step) % route.series.length] ?? NaN) + route.addMs;
      // TCP sends again what is lost.
      const lossChance = isUdpKind(kind) ? draw(seed, place, slot, attempt, lossDraw) : 1;
      const extraMs = line ? line(atMs, draw(seed, place, slot, attempt, accessDraw), lossChance) : 0;
      return Number.isNaN(ms) ? Infinity : Math.max(leastMs, ms) + extraMs;
    },
  };
}

function matrixRoutes({ rtt }: LatencyMatrix): (client: number, region: number) => Route {
  return (client, region) => {
    const series = rtt[client]?.[region] ?? new Float64Array([NaN]);
    return { series, truth: truthOf(series), offset: 0, addMs: 0 };
  };
}

/** Any path plays any region of any client, from any moment on: less its floor, plus a base time. */
function drawnRoutes({ rtt }: LatencyMatrix, { seed = 1, base }: MatrixWorldOptions): (client: number, region: number) => Route {
  const paths = rtt.flat().map((series) => ({ series, truth: truthOf(series), floor: floorOf(series) }));
  return (client, region) => {
    const path = paths[Math.floor(draw(seed, client, region, pathDraw) * paths.length)];
    if (!path) return { series: new Float64Array([NaN]), truth: new Float64Array([Infinity]), offset: 0, addMs: 0 };
    const baseMs = base ? baseOf(base, seed, client, region) : drawnBaseMs(draw(seed, client, region, baseDraw));
    return { ...path, offset: Math.floor(draw(seed, client, region, pathDraw, 1) * path.series.length), addMs: baseMs - path.floor };
  };
}

/** Nearest and farthest that are drawn without a matrix of base times; the logarithm is uniform, as distances on a globe with more relays where more people live roughly are. */
const nearestMs = 8;
const farthestMs = 250;
const drawnBaseMs = (chance: number): number => nearestMs * (farthestMs / nearestMs) ** chance;

/** A client is a row that is drawn, its regions are columns that are drawn; what was not measured, or is the client itself, is drawn again. */
function baseOf({ rtt }: LatencyMatrix, seed: number, client: number, region: number): number {
  const row = rtt[Math.floor(draw(seed, client, baseDraw) * rtt.length)] ?? [];
  for (let attempt = 0; attempt < 32; attempt++) {
    const ms = row[Math.floor(draw(seed, client, region, attempt, baseDraw) * row.length)]?.[0] ?? NaN;
    if (ms > 0) return ms;
  }
  return farthestMs;
}
