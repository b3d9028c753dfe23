// What a simulated day costs: 240 clients, 16 regions, one thread, each strategy with its own plan and pace. Of the clients 60
// are played. The paths are drawn here: quiet, with a step now and then and a loss in two hundred.
//   npm run bench -- simulate
import { createSimulator, matrixWorld, readMatrix } from '../dist/core/judge/index.js';
import { netcheck, steady } from '../dist/universal/index.js';

/** One core, in seconds. */
const MOST = 10;
const PLAYED = 60;
const CLIENTS = 240;
/** So many clients are played until the code is as fast as it gets: that comes once. */
const WARM = 12;

/** Mulberry32: the same paths in each run. */
function chances(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function paths() {
  const chance = chances(1);
  const path = () => {
    let floorMs = 20;
    return Array.from({ length: 2_000 }, () => {
      if (chance() < 0.005) floorMs = Math.max(5, floorMs + 20 * (chance() - 0.5));
      return chance() < 0.005 ? null : floorMs - Math.log(1 - chance());
    });
  };
  return { kind: 'paths', unit: 'ms', stepSeconds: 240, rtt: Array.from({ length: 5 }, () => Array.from({ length: 5 }, path)) };
}

export async function simulate() {
  const world = matrixWorld(readMatrix(paths()), { clients: PLAYED });
  return [steady(), netcheck()].map((strategy) => {
    const simulator = createSimulator({ world, strategies: [strategy] });
    const secondsOf = (from, to) => {
      const before = process.cpuUsage();
      for (let turn = from; turn < to; turn++) simulator.add(turn, simulator.play(turn));
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    };
    const seconds = secondsOf(0, WARM) + secondsOf(WARM, PLAYED) * ((CLIENTS - WARM) / (PLAYED - WARM));
    const { reportsPerDay } = simulator.result().strategies[strategy.name];
    return { name: `${strategy.name}: a day of ${CLIENTS} clients, ${Math.round(reportsPerDay)} reports each`, value: seconds, unit: 's of CPU', against: 'at most', other: MOST, ratio: seconds / MOST, most: 1 };
  });
}

if (import.meta.filename === process.argv[1]) console.table(await simulate());
