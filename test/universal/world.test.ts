import { describe, expect, it } from 'vitest';
import { land } from '../../universal/world/land.ts';
import { columns, project, rows, unproject } from '../../universal/world/projection.ts';

const dots = new Set<string>();
for (let x = 0, y = 0, steps = land.matchAll(/m(-?\d+) (\d+)h(\d+)/g), step = steps.next(); !step.done; step = steps.next()) {
  const [, right, down, run] = step.value.map(Number);
  x += right ?? NaN;
  y += down ?? NaN;
  for (const end = x + (run ?? NaN); x < end; x++) dots.add(`${x} ${y}`);
  dots.add(`${x} ${y}`);
}

const dotAt = (latitude: number, longitude: number): boolean => {
  const { x, y } = project(latitude, longitude);
  return dots.has(`${Math.floor(x)} ${Math.floor(y)}`);
};

describe('the map of the world', () => {
  it('is nothing but runs of dots within the drawing', () => {
    expect(land).toMatch(/^(m-?\d+ \d+h\d+)+$/);
    for (const dot of dots) {
      const [x = NaN, y = NaN] = dot.split(' ').map(Number);
      expect(x >= 0 && x < columns && y < rows).toBe(true);
    }
    expect(dots.size).toBeGreaterThan(600);
  });

  it.each([
    ['Frankfurt', 50.1, 8.7], ['New York', 41.5, -75], ['São Paulo', -22, -48], ['Johannesburg', -26, 28], ['Sydney', -32, 149], ['Novosibirsk', 55, 83],
    ['Delhi', 28.6, 77.2], ['Denver', 39.7, -105], ['London', 52, -1], ['Tokyo', 36, 139], ['Nairobi', -1.3, 36.8], ['Anchorage', 63, -150], ['Auckland', -38, 176],
  ])('%s stands on land', (_, latitude, longitude) => {
    expect(dotAt(latitude, longitude)).toBe(true);
  });

  it.each([
    ['the Atlantic', 30, -40], ['the Pacific', 0, -140], ['the Indian Ocean', -20, 80], ['the Gulf of Mexico', 25, -90], ['the Tasman Sea', -38, 160], ['the North Atlantic at 70°', 71, -10],
  ])('%s is water', (_, latitude, longitude) => {
    expect(dotAt(latitude, longitude)).toBe(false);
  });
});

describe('project', () => {
  it.each([[0, 0], [50.1, 8.7], [-33.9, 151.2], [70, -179], [-50, 179]])('%d, %d comes back', (latitude, longitude) => {
    const { x, y } = project(latitude, longitude);
    const back = unproject(x, y);
    expect(back.latitude).toBeCloseTo(latitude, 9);
    expect(back.longitude).toBeCloseTo(longitude, 9);
  });

  it.each([[90, 180], [-90, -180], [90, -180]])('%d, %d stands at the edge', (latitude, longitude) => {
    const { x, y } = project(latitude, longitude);
    expect(x >= 0 && x <= columns && y >= 0 && y <= rows).toBe(true);
  });
});
