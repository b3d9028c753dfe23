// How many probes a client that has measured nothing needs until its decision, and how often it finds the nearest, with an
// edge's hint and without one. In virtual time, on a matrix of real round trips: relays, the edge and the client are hosts of it.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const now = 1_000_000;
const toleranceMs = 2;
/** A client's edge is about so far from it. */
const nearMs = [5, 20];

const load = async (file) => (await runnerImport(fileURLToPath(new URL(`../${file}`, import.meta.url)), { configFile: false })).module;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** `{ right, within8, probes, decisionMs }` of the clients, with and without a hint. */
export async function coldClients(rtt, { clients = 150, relayCount = 60, seed = 1 } = {}) {
  const [{ rankHint }, { createPicker }, { steady }, { virtualClock }, { scriptedTransport }, { mapOf }, { chance }] = await Promise.all(
    ['edge/fleet/hint.ts', 'core/picker/picker.ts', 'core/strategy/steady/steady.ts', 'test/virtual-clock.ts', 'test/scripted-transport.ts', 'test/maps.ts', 'test/chance.ts'].map(load));
  const worlds = chance(seed);
  const luck = chance(seed + 1);
  const below = (count) => Math.floor(worlds() * count);
  const map = mapOf(Array.from({ length: relayCount }, (_, at) => `r${at + 1}`));
  /** As it is read: a little of the path's length, and a tail. */
  const read = (ms) => ms * (1 + 0.01 * luck()) - 0.3 * Math.log(1 - luck());

  async function report(timesMs, prior) {
    const clock = virtualClock();
    const transport = scriptedTransport('stun', clock, (node) => read(timesMs[node.slice(0, -1)]));
    const network = { families: () => ({ v4: true, v6: false }), id: async () => 'n', online: () => true, onChange: () => () => {} };
    const picker = createPicker({ map, clock, transports: [transport], strategy: steady(), random: () => 0.5, network, ...(prior && { prior }) });
    const { decision, timing } = await clock.until(picker.report());
    return { isRight: timesMs[decision.home] <= Math.min(...Object.values(timesMs)) + toleranceMs, decisionMs: timing.decisionMs, probes: transport.probes.filter(({ atMs }) => atMs < timing.decisionMs).length };
  }

  const hinted = [];
  const swept = [];
  while (hinted.length < clients) {
    const hosts = [...rtt.keys()];
    for (let at = hosts.length - 1; at > 0; at--) {
      const other = below(at + 1);
      [hosts[at], hosts[other]] = [hosts[other], hosts[at]];
    }
    const [client, ...others] = hosts;
    const edges = others.filter((host) => rtt[client][host] >= nearMs[0] && rtt[client][host] <= nearMs[1]);
    if (edges.length === 0) continue;
    const edge = edges[below(edges.length)];
    const relays = others.filter((host) => host !== edge).slice(0, relayCount);
    const timesFrom = (host) => Object.fromEntries(relays.map((relay, at) => [String(at + 1), rtt[host][relay] ?? Infinity]));
    const regions = Object.fromEntries(Object.entries(timesFrom(edge)).map(([id, ms]) => [id, { latencyMs: read(ms), kind: 'tcp', at: now, missed: 0 }]));
    const prior = rankHint({ map, location: { code: 'E' }, facts: { sweep: { location: { code: 'E' }, at: now, regions }, history: {}, reports: [] }, now });
    hinted.push(await report(timesFrom(client), prior));
    swept.push(await report(timesFrom(client)));
  }
  const sum = (runs) => ({ right: runs.filter(({ isRight }) => isRight).length / clients, within8: runs.filter(({ probes }) => probes <= 8).length / clients, probes: median(runs.map(({ probes }) => probes)), decisionMs: median(runs.map(({ decisionMs }) => decisionMs)) });
  return { hinted: sum(hinted), swept: sum(swept) };
}
