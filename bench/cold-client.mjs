// How many probes a client that has measured nothing needs until its decision, and how often it finds the nearest, with an
// edge's hint and without one. In virtual time, on a matrix of round trips: relays, the edge and the clients are hosts of it.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const now = 1_000_000;
const toleranceMs = 2;
/** A client's edge is about so far from it. */
const nearMs = [5, 20];
/** Clients that reported to the edge are at most so far from it, and at most so many. */
const reporterMs = 25;
const mostReporters = 60;

const load = async (file) => (await runnerImport(fileURLToPath(new URL(`../${file}`, import.meta.url)), { configFile: false })).module;

const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(values.length * q)];

/**
 * What became of the clients, by what they knew: nothing (`swept`), an edge's hint (`hinted`), or one that others of its clients
 * had reported to (`reported`). Each `{ right, exact, within8, probes, decisionMs, p95Ms, sure }`; `sure`: what was said at the
 * decision, where some regions had not been asked, as [mean, share right].
 */
export async function coldClients(rtt, { clients = 150, relayCount = 60, seed = 1, hosts: mayBeClients = [...rtt.keys()], ways = ['hinted', 'reported', 'swept'] } = {}) {
  const [{ rankHint }, { parseHint }, { createPicker }, { steady }, { virtualClock }, { scriptedTransport }, { mapOf }, { chance }] = await Promise.all(
    ['edge/fleet/hint.ts', 'core/map/hint.ts', 'core/picker/picker.ts', 'core/strategy/steady/steady.ts', 'test/virtual-clock.ts', 'test/scripted-transport.ts', 'test/maps.ts', 'test/chance.ts'].map(load));
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
    const early = [];
    const onEvent = ({ type, decision, report: seen }) => {
      if (type === 'provisional' && Object.values(seen.regions).some(({ skipped }) => skipped)) early.push(decision);
    };
    const picker = createPicker({ map, clock, transports: [transport], strategy: steady(), random: () => 0.5, network, onEvent, ...(prior && { prior }) });
    const { decision, timing } = await clock.until(picker.report());
    const nearestMs = Math.min(...Object.values(timesMs));
    const isRight = (home) => timesMs[home] <= nearestMs + toleranceMs;
    const last = early.at(-1);
    return {
      isRight: isRight(decision.home), isExact: timesMs[decision.home] === nearestMs, decisionMs: timing.decisionMs, probes: transport.probes.filter(({ atMs }) => atMs < timing.decisionMs).length,
      ...(last && { early: { sure: last.sure, isRight: isRight(last.home) } }),
    };
  }

  const runs = Object.fromEntries(ways.map((way) => [way, []]));
  const kb = [];
  while (runs[ways[0]].length < clients) {
    const client = mayBeClients[below(mayBeClients.length)];
    const others = [...rtt.keys()].filter((host) => host !== client);
    for (let at = others.length - 1; at > 0; at--) {
      const other = below(at + 1);
      [others[at], others[other]] = [others[other], others[at]];
    }
    const edges = others.filter((host) => rtt[client][host] >= nearMs[0] && rtt[client][host] <= nearMs[1]);
    if (edges.length === 0) continue;
    const edge = edges[below(edges.length)];
    const [relays, rest] = [others.filter((host) => host !== edge).slice(0, relayCount), others.filter((host) => host !== edge).slice(relayCount)];
    const timesFrom = (host) => Object.fromEntries(relays.map((relay, at) => [String(at + 1), rtt[host][relay] ?? Infinity]));
    const readFrom = (host) => Object.fromEntries(Object.entries(timesFrom(host)).flatMap(([id, ms]) => (ms < Infinity ? [[id, read(ms)]] : [])));
    const regions = Object.fromEntries(Object.entries(readFrom(edge)).map(([id, latencyMs]) => [id, { latencyMs, kind: 'tcp', at: now, missed: 0 }]));
    const reports = rest.filter((host) => rtt[host][edge] <= reporterMs).slice(0, mostReporters).map((host) => ({ at: now, client: `${host}`, network: `${host}`, kind: 'stun', latencyMs: readFrom(host) }));
    const hintOf = (said) => {
      const text = JSON.stringify(rankHint({ map, location: { code: 'E' }, facts: { sweep: { location: { code: 'E' }, at: now, regions }, history: {}, reports: said }, now }));
      kb.push(text.length / 1000);
      return parseHint(text, map);
    };
    const priors = { swept: () => undefined, hinted: () => hintOf([]), reported: () => hintOf(reports) };
    for (const way of ways) runs[way].push(await report(timesFrom(client), priors[way]()));
  }
  const share = (of, is) => of.filter(is).length / Math.max(1, of.length);
  const sum = (of) => {
    const early = of.flatMap((run) => run.early ?? []);
    return {
      right: share(of, ({ isRight }) => isRight), exact: share(of, ({ isExact }) => isExact), within8: share(of, ({ probes }) => probes <= 8), probes: quantile(of.map(({ probes }) => probes), 0.5),
      decisionMs: quantile(of.map(({ decisionMs }) => decisionMs), 0.5), p95Ms: quantile(of.map(({ decisionMs }) => decisionMs), 0.95),
      sure: [early.reduce((total, { sure }) => total + sure, 0) / Math.max(1, early.length), share(early, ({ isRight }) => isRight)],
    };
  };
  return { ...Object.fromEntries(ways.map((way) => [way, sum(runs[way])])), hintKb: Math.max(0, ...kb) };
}
