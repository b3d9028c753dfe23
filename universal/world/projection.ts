/** Width of the drawing, in dots. One dot is 4.5 degrees of longitude. */
export const columns = 80;

/** What is drawn: from the north of Greenland to Cape Horn. */
const north = 79;
const south = -57;

const miller = (columns / (2 * Math.PI)) * 1.25;
const millerY = (latitude: number): number => miller * Math.asinh(Math.tan((latitude * Math.PI) / 225));

/** Height of the drawing, in dots. */
export const rows: number = Math.ceil(millerY(north) - millerY(south));

/**
 * Degrees to the dots of the drawing, `y` downwards, by Miller's cylindrical projection: the shape that people know,
 * without Mercator's Greenland. A place beyond the drawing stands at its edge.
 */
export function project(latitude: number, longitude: number): { readonly x: number; readonly y: number } {
  const shown = Math.min(north, Math.max(south, latitude));
  return { x: ((longitude + 180) / 360) * columns, y: millerY(north) - millerY(shown) };
}

/** The inverse of `project`, in degrees. */
export function unproject(x: number, y: number): { readonly latitude: number; readonly longitude: number } {
  const latitude = (Math.atan(Math.sinh((millerY(north) - y) / miller)) * 225) / Math.PI;
  return { latitude, longitude: (x / columns) * 360 - 180 };
}
