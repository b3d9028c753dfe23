// How soon the command says something, and what importing the core costs, beside an empty Node process.
import { spawn } from 'node:child_process';

const runs = 10;
const command = new URL('../dist/node/cli/main.js', import.meta.url).pathname;
const core = new URL('../dist/universal/index.js', import.meta.url).href;

/** Ms from spawning Node until its first byte on stdout, or its end where it says nothing. */
function untilFirstOutput(args) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said;
    child.stdout.once('data', () => { said = performance.now() - began; }).resume();
    child.once('error', reject).once('close', () => resolve(said ?? performance.now() - began));
  });
}

/** Ms that the import takes inside a fresh process. */
function importing(url) {
  return new Promise((resolve, reject) => {
    const code = `const began = performance.now(); await import(${JSON.stringify(url)}); process.stdout.write(String(performance.now() - began));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => { text += chunk; });
    child.once('error', reject).once('close', () => resolve(Number(text)));
  });
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

export async function startUp() {
  const [empty, check, checkJson, load] = [[], [], [], []];
  for (let run = 0; run < runs; run++) {
    empty.push(await untilFirstOutput(['-e', '0']));
    check.push(await untilFirstOutput([command, 'check', '--map', 'lab']));
    checkJson.push(await untilFirstOutput([command, 'check', '--map', 'lab', '--strategy', 'netcheck', '--format', 'json']));
    load.push(await importing(core));
  }
  const row = (name, values, bound) => ({ name, value: median(values), unit: 'ms', against: 'bound', other: bound, ratio: median(values) / bound, most: 1 });
  return [
    { name: 'an empty Node process', value: median(empty), unit: 'ms', against: '', other: undefined, ratio: undefined },
    row('check --map lab: start to first output', check, 250),
    row('the same, netcheck, JSON', checkJson, 250),
    row('import of the core', load, 15),
  ];
}

if (import.meta.filename === process.argv[1]) console.table(await startUp());
