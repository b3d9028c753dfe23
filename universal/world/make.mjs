// Draws the land as rows of dots: `node universal/world/make.mjs > universal/world/land.ts`.
// Land: Natural Earth 1:110m (public domain), as packed by world-atlas.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { geoContains } from 'd3-geo';
import { feature } from 'topojson-client';
import { runnerImport } from 'vite';

const { module: { columns, rows, unproject } } = await runnerImport(fileURLToPath(new URL('./projection.ts', import.meta.url)), { configFile: false });

/** A dot stands where at least so much of its square is land: low enough for Britain, Japan and New Zealand to show. */
const landShare = 0.2;
/** Places looked at in each square, along each side. */
const looks = 3;

const atlas = JSON.parse(await readFile(fileURLToPath(import.meta.resolve('world-atlas/land-110m.json')), 'utf8'));
const land = feature(atlas, atlas.objects.land);

function isLand(column, row) {
  let found = 0;
  for (let look = 0; look < looks * looks; look++) {
    const { latitude, longitude } = unproject(column + ((look % looks) + 0.5) / looks, row + (Math.floor(look / looks) + 0.5) / looks);
    if (geoContains(land, [longitude, latitude])) found++;
  }
  return found >= landShare * looks * looks;
}

let path = '';
/** Where the pen is: steps from there compress to two thirds of what places do. */
let pen = { column: 0, row: 0 };
for (let row = 0; row < rows; row++) {
  for (let column = 0, run = 0; column <= columns; column++) {
    if (column < columns && isLand(column, row)) run++;
    else if (run) {
      path += `m${column - run - pen.column} ${row - pen.row}h${run - 1}`;
      pen = { column: column - 1, row };
      run = 0;
    }
  }
}

console.log(`/**
 * The land as one SVG path: a line a run of dots, from the middle of its first dot to that of its last; dashes of length 0
 * and round caps draw the dots. Made by \`make.mjs\` from Natural Earth (public domain).
 */
export const land = '${path}';`);
