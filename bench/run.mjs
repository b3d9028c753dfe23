// npm run bench: each figure against a peer or a bound measured or stated in the same run, as a ratio.
// With names, only those: npm run bench -- codec start
import { bundleSize } from './bundle-size.mjs';
import { choice } from './choice.mjs';
import { derp } from './derp.mjs';
import { edge } from './edge.mjs';
import { edgeSoak } from './edge-soak.mjs';
import { failover } from './failover.mjs';
import { herd } from './herd.mjs';
import { hint } from './hint.mjs';
import { labDelay } from './lab-delay.mjs';
import { simulate } from './simulate.mjs';
import { startUp } from './start-up.mjs';
import { stunBurst } from './stun-burst.mjs';
import { stunCodec } from './stun-codec.mjs';
import { week } from './week.mjs';

const benches = { codec: stunCodec, burst: stunBurst, lab: labDelay, derp, failover, herd, week, simulate, start: startUp, size: bundleSize, hint, edge, soak: edgeSoak, choice };
const wanted = process.argv.slice(2);
for (const name of wanted) if (!Object.hasOwn(benches, name)) throw new Error(`no bench ${name}: there are ${Object.keys(benches).join(', ')}`);

/** What the ratio should be, where that was said: `bound` at least, `most` at most. */
const wantedRatio = ({ bound, most }) => (bound !== undefined ? `≥ ${figure(bound)}` : most !== undefined ? `≤ ${figure(most)}` : '');
const figure = (value) => (typeof value === 'number' ? Number(value.toPrecision(3)).toLocaleString('en') : String(value ?? ''));
const rows = [];
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length && !wanted.includes(name)) continue;
  process.stderr.write(`${name} …\n`);
  rows.push(...(await bench()));
}
const cells = [['what', 'measured', 'unit', 'against', 'that', 'ratio', 'wanted'], ...rows.map((row) => [row.name, figure(row.value), row.unit, row.against, figure(row.other), figure(row.ratio), wantedRatio(row)])];
const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
if (rows.length) for (const row of cells) console.log(row.map((cell, column) => (column === 0 || column === 2 || column === 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ').trimEnd());
