import type { Context } from '../model/context.ts';
import type { RegionId, RelayMap } from '../model/map.ts';
import type { Mutable } from '../model/mutable.ts';
import { present } from '../model/present.ts';
import type { Report } from '../model/report.ts';
import type { Strategy } from '../model/strategy.ts';
import { countSilentUdp, udpWorksAfter } from '../picker/udp.ts';
import type { Cost } from '../probe/cost.ts';
import { draw } from './draw.ts';
import { idOf, indexOf, nodesOf } from './relays.ts';
import { runVirtually } from './virtual-run.ts';
import { stepAt, type ClientWorld, type World } from './world.ts';

/** One client's day under one strategy. */
export interface Played {
  /** Homes from when on, in order; -1: none. */
  readonly homes: readonly { readonly atMs: number; readonly region: number }[];
  /** How sure each decision was, and whether it was right then. */
  readonly decisions: readonly { readonly sure: number; readonly right: boolean }[];
  /** Times asleep. */
  readonly asleep: readonly { readonly atMs: number; readonly forMs: number }[];
  readonly reports: number;
  readonly udp: Cost;
  readonly estimated: Cost;
}

export interface PlayOptions {
  readonly world: World;
  readonly map: RelayMap;
  readonly client: ClientWorld;
  /** Place of the client in the world. */
  readonly index: number;
  readonly strategy: Strategy;
  readonly seed: number;
  /** Whether the client holds a connection to its home, whose life and death it sees. */
  readonly connected: boolean;
}

/** Decisions within so much of the best are right. */
export const toleranceMs = 2;

/** An instant to count from: clocks of clients stand long after 1970. */
const epochMs = 1_700_000_000_000;

/** Salts that keep draws for the pace apart from those for the first start. */
const paceDraw = 1;
const startDraw = 2;

const families = { v4: true, v6: false };

/** The first reports of the clients are spread over so long. */
const startSpreadMs = 20_000;

/** Plays reports over the world's time, one after another, as the picker does. */
export function play({ world, map, client, index, strategy, seed, connected }: PlayOptions): Played {
  const steps = client.truthMs[0]?.length ?? 0;
  const nodeOf = nodesOf(map);
  const homes: { atMs: number; region: number }[] = [];
  const decisions: { sure: number; right: boolean }[] = [];
  const asleep: { atMs: number; forMs: number }[] = [];
  const udp = { packets: 0, bytes: 0 };
  const estimated = { packets: 0, bytes: 0 };
  const events = [...(client.events ?? [])];
  const clientKey = `client ${index}`;
  let state = strategy.start();
  let last: Report | undefined;
  let home: RegionId | undefined;
  let heard: Record<RegionId, number> = {};
  let network: NonNullable<Context['network']> = { id: 'first' };
  let silentUdp: number | undefined;
  let reports = 0;

  const truth = (region: number, atMs: number): number => client.truthMs[region]?.[stepAt(world, atMs, steps)] ?? Infinity;
  const isAlive = (region: RegionId, atMs: number): boolean => truth(indexOf(region), atMs) < Infinity;

  /** Before `full` is known it is false. */
  function contextAt(atMs: number, chance: number): Mutable<Context> {
    const alive = connected && home !== undefined ? isAlive(home, atMs) : undefined;
    const now = epochMs + atMs;
    if (alive && home !== undefined) {
      heard = { ...heard };
      heard[home] = now;
    }
    const context: Mutable<Context> = { now, full: false, map, families, heard, network, clientKey, chance };
    if (last) context.last = last;
    if (home !== undefined) context.home = alive === undefined ? { region: home } : { region: home, alive };
    return context;
  }

  function isRight(region: number, atMs: number): boolean {
    const homeMs = truth(region, atMs);
    for (let other = 0; other < client.truthMs.length; other++) if (truth(other, atMs) < homeMs - toleranceMs) return false;
    return homeMs < Infinity;
  }

  let atMs = draw(seed, index, startDraw) * startSpreadMs;
  while (atMs < world.durationMs) {
    const context = contextAt(atMs, draw(seed, index, reports, paceDraw));
    context.full = strategy.full(state, context);
    const startMs = atMs;
    const result = runVirtually({
      plan: strategy.plan(state, context), context, strategy: strategy.name, next: (progress) => strategy.next(state, progress),
      nodeOf: (region) => nodeOf(region),
      probe: (region, kind, afterMs, attempt) => client.probe(indexOf(region), startMs + afterMs, attempt, kind),
    });
    reports++;
    udp.packets += result.udp.packets;
    udp.bytes += result.udp.bytes;
    estimated.packets += result.estimated.packets;
    estimated.bytes += result.estimated.bytes;
    const endMs = startMs + result.report.durationMs;
    if (endMs >= world.durationMs) break;
    const seen = contextAt(endMs, context.chance);
    seen.full = context.full;
    const report = strategy.annotate?.(state, result.report, seen) ?? result.report;
    const chosen = strategy.choose(state, report, seen);
    ({ state } = chosen);
    last = report;
    const region = chosen.decision.home === undefined ? -1 : indexOf(chosen.decision.home);
    if (region !== (homes.at(-1)?.region ?? -1)) homes.push({ atMs: endMs, region });
    if (region >= 0) decisions.push({ sure: chosen.decision.sure, right: isRight(region, endMs) });
    home = region < 0 ? undefined : idOf(region);
    silentUdp = countSilentUdp(silentUdp, report);
    network = present({ id: network.id, udpWorks: udpWorksAfter(silentUdp) });
    const asked = { ...seen };
    asked.chance = draw(seed, index, reports, paceDraw);
    const plannedMs = endMs + strategy.wait(state, chosen.decision, asked);
    atMs = deathBetween(endMs, plannedMs) ?? plannedMs;
    for (let [event] = events; event && event.atMs <= atMs; [event] = events) {
      events.shift();
      if (event.type === 'network') {
        atMs = Math.max(endMs, event.atMs);
        network = { id: event.id, changed: true };
        silentUdp = undefined;
        state = strategy.start();
        last = undefined;
      } else {
        atMs = Math.max(endMs, event.atMs) + event.forMs;
        network = { ...network, gapMs: event.forMs };
        asleep.push({ atMs: event.atMs, forMs: event.forMs });
      }
    }
  }
  return { homes, decisions, asleep, reports, udp, estimated };

  /** When the home's connection dies before the next report is due: the picker is told, and reports at once. */
  function deathBetween(fromMs: number, toMs: number): number | undefined {
    if (!connected || home === undefined || !isAlive(home, fromMs)) return undefined;
    for (let step = Math.floor(fromMs / world.stepMs) + 1; step * world.stepMs < toMs; step++) if (!isAlive(home, step * world.stepMs)) return step * world.stepMs;
    return undefined;
  }
}
