/** Degrees north and east. */
interface Place {
  readonly latitude?: number;
  readonly longitude?: number;
}

/** The Earth's mean radius (IUGG). */
const earthRadiusM = 6_371_009;

/** How far light goes in fibre in a ms: two thirds of its speed in vacuum. */
export const fibreMPerMs = 200_000;

/** Along the surface, in whole metres, by the haversine formula. Undefined where either has no place. */
export function distanceM(from: Place | undefined, to: Place): number | undefined {
  const { latitude: north, longitude: east } = from ?? {};
  if (north === undefined || east === undefined || to.latitude === undefined || to.longitude === undefined) return undefined;
  const half = (degrees: number): number => Math.sin((degrees * Math.PI) / 360) ** 2;
  const cos = (degrees: number): number => Math.cos((degrees * Math.PI) / 180);
  const haversine = half(to.latitude - north) + cos(north) * cos(to.latitude) * half(to.longitude - east);
  return Math.round(2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(haversine))));
}
