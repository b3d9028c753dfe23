// A matrix of round trips that nobody measured, beside one of real ones: what holds in both is no accident of either. Hosts stand
// around forty cities of different sizes; each path takes its own detour, each host has its own access line.
const cities = 40;
const lightKmPerMs = 299.8;
const radians = (degrees) => (degrees * Math.PI) / 180;
const distanceKm = (a, b) => 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(Math.sin(radians(b.latitude - a.latitude) / 2) ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(radians(b.longitude - a.longitude) / 2) ** 2)));

/** `[[ms]]` between `hosts` hosts; `draw` gives numbers in [0, 1). */
export function drawnMatrix(draw, hosts = 245) {
  const centres = Array.from({ length: cities }, () => ({ latitude: (Math.asin(draw() * 1.5 - 0.6) * 180) / Math.PI, longitude: draw() * 360 - 180, size: draw() ** 2 }));
  const all = centres.reduce((sum, { size }) => sum + size, 0);
  const scatter = () => (draw() + draw() + draw() - 1.5) * 8;
  const places = Array.from({ length: hosts }, () => {
    let at = draw() * all;
    const centre = centres.find(({ size }) => (at -= size) < 0) ?? centres[0];
    const accessMs = draw() < 0.6 ? 0.3 + draw() : -6 * Math.log(1 - draw());
    return { latitude: Math.max(-80, Math.min(80, centre.latitude + scatter())), longitude: centre.longitude + scatter(), accessMs };
  });
  const rtt = places.map(() => Array(hosts).fill(0));
  for (let a = 0; a < hosts; a++) {
    for (let b = 0; b < a; b++) {
      const detour = 1.25 - 0.45 * Math.log(1 - draw());
      rtt[a][b] = rtt[b][a] = places[a].accessMs + places[b].accessMs + ((2 * distanceKm(places[a], places[b])) / lightKmPerMs) * detour;
    }
  }
  return rtt;
}
