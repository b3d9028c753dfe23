import type { Place } from '../../core/choice/light.ts';

/** A place as a point on the unit sphere: distances between many of them take no more trigonometry than one arcsine each. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** As `distanceKm` has it. */
const earthRadiusKm = 6_371.009;

export function pointOf({ latitude, longitude }: Place): Point {
  const [north, east] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180];
  return { x: Math.cos(north) * Math.cos(east), y: Math.cos(north) * Math.sin(east), z: Math.sin(north) };
}

/** Great-circle distance, the same as `distanceKm` of the places. */
export function kmBetween(a: Point, b: Point): number {
  const [x, y, z] = [a.x - b.x, a.y - b.y, a.z - b.z];
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(x * x + y * y + z * z) / 2));
}
