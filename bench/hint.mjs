// How often a hint names the region that is nearest in truth among its first few, for a client that has measured nothing.
// The world is a matrix of real round trips between hosts, each host drawn as a relay, an edge location or a client:
//   RTT_MATRIX=planetlab-rtt.json node bench/run.mjs hint
// where the file has { "rtt": [[ms or null]] }; without it, on a drawn one alone. A client is served by the edge that is nearest to it, or, three times of ten,
// by one of the three nearest, as anycast is not perfect. Compared with as many regions drawn at random.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { coldClients } from './cold-client.mjs';
import { drawnMatrix } from './drawn-matrix.mjs';

const worlds = 10;
const relayCount = 60;
const shown = [1, 2, 4, 8];
const toleranceMs = 2;
const mostHintKb = 4;
const now = 1_000_000;

/** Mulberry32: the same worlds every time. */
function drawFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled(items, draw) {
  const found = [...items];
  for (let at = found.length - 1; at > 0; at--) {
    const other = Math.floor(draw() * (at + 1));
    [found[at], found[other]] = [found[other], found[at]];
  }
  return found;
}

function drawWorld(rtt, edgeCount, seed) {
  const draw = drawFrom(seed);
  const hosts = shuffled(rtt.keys(), draw);
  const relays = hosts.slice(0, relayCount);
  const edges = hosts.slice(relayCount, relayCount + edgeCount);
  const clients = hosts.slice(relayCount + edgeCount).map((host) => {
    const near = edges.toSorted((a, b) => (rtt[host][a] ?? Infinity) - (rtt[host][b] ?? Infinity));
    return { host, edge: near[draw() < 0.7 ? 0 : Math.floor(draw() * 3)], order: shuffled(relays.keys(), draw).map(String) };
  });
  const timesOf = (host, noise) => Object.fromEntries(relays.flatMap((relay, at) => (rtt[host][relay] ? [[String(at), noise(rtt[host][relay])]] : [])));
  const map = { version: 1, regions: relays.map((_, at) => ({ id: String(at), code: `r${at}`, name: `r${at}`, nodes: [{ name: 'a', host: 'relay.test' }] })) };
  return {
    map, clients,
    truthOf: ({ host }) => timesOf(host, (ms) => ms),
    reportOf: ({ host }) => ({ at: now, client: `${host}`, network: `${host}`, kind: 'stun', latencyMs: timesOf(host, (ms) => ms * (1 + 0.02 * draw()) + draw()) }),
    sweepOf: (edge) => ({ location: { code: 'E' }, at: now, regions: Object.fromEntries(Object.entries(timesOf(edge, (ms) => Math.max(1, Math.round(ms)))).map(([id, latencyMs]) => [id, { latencyMs, kind: 'tcp', at: now, missed: 0 }])) }),
  };
}

/** Shares of clients, by the first k of each way to rank: [random, measured, reported]. */
export function hitRates(rtt, edgeCount, rankHint) {
  const hits = [0, 1, 2].map(() => Array.from({ length: 8 }, () => 0));
  let asked = 0;
  for (let seed = 1; seed <= worlds; seed++) {
    const world = drawWorld(rtt, edgeCount, seed);
    const reports = new Map(world.clients.map((client) => [client, world.reportOf(client)]));
    for (const client of world.clients) {
      const truth = world.truthOf(client);
      const nearestMs = Math.min(...Object.values(truth));
      const rank = (said) => rankHint({ map: world.map, location: { code: 'E' }, facts: { sweep: world.sweepOf(client.edge), history: {}, reports: said }, now }).ranked;
      const others = world.clients.filter((other) => other !== client && other.edge === client.edge).map((other) => reports.get(other));
      [client.order, rank([]), rank(others)].forEach((ranked, way) => {
        const at = ranked.findIndex((id) => truth[id] <= nearestMs + toleranceMs);
        for (let k = 0; k < 8; k++) if (at >= 0 && at <= k) hits[way][k]++;
      });
      asked++;
    }
  }
  return hits.map((counts) => counts.map((count) => count / asked));
}

export async function hint() {
  const drawn = drawnMatrix(drawFrom(1));
  const rows = coldRows('drawn paths', await coldClients(drawn));
  const file = process.env.RTT_MATRIX;
  if (!file) {
    process.stderr.write('  left out: RTT_MATRIX names no file of round trips\n');
    return rows;
  }
  const { rtt } = JSON.parse(await readFile(file, 'utf8'));
  const { module: { rankHint } } = await runnerImport(fileURLToPath(new URL('../edge/fleet/hint.ts', import.meta.url)), { configFile: false });
  return [...coldRows('real paths', await coldClients(rtt)), ...rows, ...[24, 96].flatMap((edgeCount) => {
    const [random, measured, reported] = hitRates(rtt, edgeCount, rankHint);
    return shown.flatMap((k) => [['measured', measured], ['and clients’ reports', reported]].map(([basis, rates]) => ({
      name: `nearest of ${relayCount} in the first ${k} of a hint, ${edgeCount} edges, ${basis}`, value: rates[k - 1] * 100, unit: '%', against: `any ${k}`, other: random[k - 1] * 100, ratio: rates[k - 1] / random[k - 1],
    })));
  })];
}

const coldRows = (world, { hinted, reported, swept, hintKb }) => [
  ...[['a hint', hinted], ['a hint of reports', reported]].flatMap(([what, of]) => [
    { name: `${world}: nearest of ${relayCount} found by a cold client with ${what}`, value: of.right * 100, unit: '%', against: 'without one', other: swept.right * 100, ratio: of.right / swept.right },
    { name: `${world}: clients that needed at most 8 probes with ${what}`, value: of.within8 * 100, unit: '%', against: 'all', other: 100, ratio: of.within8 },
    { name: `${world}: decision with ${what}, median`, value: of.decisionMs, unit: 'ms', against: 'without one', other: swept.decisionMs, ratio: of.decisionMs / swept.decisionMs },
    { name: `${world}: right before the rest was asked, with ${what}`, value: of.sure[1] * 100, unit: '%', against: 'as was said', other: of.sure[0] * 100, ratio: of.sure[1] / of.sure[0] },
  ]),
  { name: `${world}: probes until the decision with a hint, median`, value: hinted.probes, unit: '', against: 'without one', other: swept.probes, ratio: hinted.probes / swept.probes },
  { name: `${world}: largest hint`, value: hintKb, unit: 'kB', against: 'bound', other: mostHintKb, ratio: hintKb / mostHintKb, most: 1 },
];
