// A minute of hints and reports on the edge on Node: its heap after each collection, which must not grow.
//   npm run build && node bench/edge-soak.mjs
import { setTimeout as sleep } from 'node:timers/promises';
import { get, post, reportOn, startEdge } from './edge-server.mjs';
import { load } from './http-load.mjs';

const WARM_UP_MS = 20_000;
const ROUNDS = 6;
const ROUND_MS = 10_000;
/** What is promised: at most so many times the heap after the warm-up, in which all that is bounded fills. */
const MOST = 1.1;

/** Tells the heap after a collection when it is sent SIGUSR2. */
const preload = "process.on('SIGUSR2', () => { gc(); console.error('heap ' + process.memoryUsage().heapUsed); });";

export async function edgeSoak() {
  let said = '';
  const served = await startEdge({ node: ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(preload)}`], stderr: (text) => { said += text; } });
  const heapMb = async () => {
    said = '';
    served.signal('SIGUSR2');
    while (!/heap \d+\n/.test(said)) await sleep(20);
    return Number(/heap (\d+)/.exec(said)[1]) / 1e6;
  };
  try {
    const { regions } = await served.ask('/v1/latency');
    const report = post(reportOn(regions));
    let turn = 0;
    const request = () => (turn++ % 2 === 0 ? get() : report());
    const { port } = served;
    await load({ port, request, connections: 32, forMs: WARM_UP_MS });
    const before = await heapMb();
    const after = [];
    let requests = 0;
    for (let round = 0; round < ROUNDS; round++) {
      requests += (await load({ port, request, connections: 32, forMs: ROUND_MS })).requests;
      after.push(await heapMb());
    }
    const value = Math.max(...after);
    return [{ name: `heap after ${requests.toLocaleString('en')} requests in ${(ROUNDS * ROUND_MS) / 1_000} s, at most`, value, unit: 'MB', against: 'after the warm-up', other: before, ratio: value / before, most: MOST }];
  } finally {
    await served.stop();
  }
}

if (import.meta.filename === process.argv[1]) console.table(await edgeSoak());
