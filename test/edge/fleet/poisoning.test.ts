import { describe, expect, it } from 'vitest';
import { acceptReport } from '../../../edge/fleet/accept.ts';
import type { ClientReport } from '../../../edge/fleet/facts.ts';
import { rankHint } from '../../../edge/fleet/hint.ts';
import type { World } from './world.ts';
import { drawFrom, drawWorld, factsOf, now, reportOf } from './world.ts';

const honestNetworks = 80;
const lyingNetworks = 20;
const worlds = Array.from({ length: 25 }, (_, at) => drawWorld(at + 100, { clients: 120, networks: honestNetworks, spreadKm: 300 }));

interface Lie {
  readonly name: string;
  /** What a liar says, of a world in which `first` is right and `target` is to be pushed. */
  readonly say: (told: { readonly world: World; readonly first: string; readonly target: string; readonly draw: () => number }) => Readonly<Record<string, number>>;
  /** Clients of each lying network. */
  readonly clients?: number;
}

const everywhere = ({ map }: World, ms: (id: string) => number): Readonly<Record<string, number>> => Object.fromEntries(map.regions.map(({ id }) => [id, ms(id)]));
const trueOf = ({ sweep }: World, id: string): number => sweep.regions[id]?.latencyMs ?? 100;

const lies: readonly Lie[] = [
  { name: 'the target is near, all else far', say: ({ world, target }) => everywhere(world, (id) => (id === target ? 1 : 5_000)) },
  { name: 'the target is near, the rest as it is', say: ({ world, target }) => everywhere(world, (id) => (id === target ? 0.5 : trueOf(world, id))) },
  { name: 'the first is far, the rest as it is', say: ({ world, first }) => everywhere(world, (id) => trueOf(world, id) + (id === first ? 9_000 : 0)) },
  { name: 'first and target change places', say: ({ world, first, target }) => everywhere(world, (id) => trueOf(world, id === first ? target : id === target ? first : id)) },
  { name: 'all in reverse', say: ({ world }) => everywhere(world, (id) => Math.max(1, 400 - trueOf(world, id))) },
  { name: 'a target that honest clients do not ask, and nothing else near', say: ({ target, first }) => ({ [target]: 1, [first]: 9_000 }) },
  { name: 'nothing but noise', say: ({ world, draw }) => everywhere(world, () => 1 + draw() * 500) },
  { name: 'the target is near, by a hundred clients of each network', say: ({ world, target }) => everywhere(world, (id) => (id === target ? 1 : 5_000)), clients: 100 },
];

/** The honest client's report as a client sends it that stops early: the eight nearest alone. */
const short = (report: ClientReport): ClientReport => ({ ...report, latencyMs: Object.fromEntries(Object.entries(report.latencyMs).sort(([, a], [, b]) => a - b).slice(0, 8)) });

const ranked = (world: World, reports: readonly ClientReport[]): readonly string[] => rankHint({ map: world.map, location: world.location, facts: factsOf(world.sweep, reports), now }).ranked;

describe.each([['full reports', (report: ClientReport) => report], ['reports of the nearest eight', short]] as const)('a fifth of the networks lie, against %s', (_, told) => {
  it.each(lies)('$name', ({ say, clients = 1 }) => {
    let kept = 0;
    for (const [seed, world] of worlds.entries()) {
      const draw = drawFrom(seed);
      const honest = world.clients.map(({ report }) => told(report));
      const before = ranked(world, honest);
      const [first = ''] = before;
      // The hardest targets are the runner-up, which needs the least, and one that nobody near has reason to ask.
      for (const target of [before[1] ?? '', before.at(-1) ?? '']) {
        const liars = Array.from({ length: lyingNetworks * clients }, (_, at) => reportOf(`liar ${at}`, say({ world, first, target, draw }), { network: `liars ${at % lyingNetworks}`, at: now - 1 }));
        const after = ranked(world, [...honest, ...liars]);
        if (after[0] === first) kept++;
        // Where clients were just about to overrule the location, liars can keep them from it, and no more.
        // Where honest clients are just about to overrule the location, liars can keep them from it; or it is as good a region.
        else expect(after[0] === ranked(world, [])[0] || excessMs(world, after[0]) < excessMs(world, first) + 2).toBe(true);
      }
    }
    expect(kept / (worlds.length * 2)).toBeGreaterThanOrEqual(0.96);
  });
});

/** What most clients of the world would lose with the region, against their nearest. */
function excessMs({ clients }: World, id: string = ''): number {
  const excess = clients.map(({ truth }) => (truth[id] ?? Infinity) - Math.min(...Object.values(truth))).sort((a, b) => a - b);
  return excess[excess.length >> 1] ?? Infinity;
}

it('most of these lies do not even come in, where the platform knows the client’s place', () => {
  let refused = 0;
  let posted = 0;
  for (const [seed, world] of worlds.entries()) {
    const target = world.map.regions.findLast(({ id }) => trueOf(world, id) > 100)?.id ?? '';
    const first = world.map.regions[0]?.id ?? '';
    for (const { say } of lies) {
      const report = { at: now, regions: Object.fromEntries(Object.entries(say({ world, first, target, draw: drawFrom(seed) })).map(([id, latencyMs]) => [id, { latencyMs, kind: 'stun' }])) };
      const accepted = acceptReport({ report, map: world.map, location: world.location, client: { client: 'c', network: 'n', place: world.clients[0]?.place ?? { latitude: 0, longitude: 0 } }, now });
      posted++;
      if ('errors' in accepted || !(target in accepted.latencyMs)) refused++;
    }
  }
  expect(refused / posted).toBeGreaterThan(0.6);
});

it('of 1,000 honest clients none is refused', () => {
  for (const world of worlds.slice(0, 9)) {
    for (const { place, report: { latencyMs } } of world.clients) {
      const report = { at: now, regions: Object.fromEntries(Object.entries(latencyMs).map(([id, ms]) => [id, { latencyMs: ms, kind: 'stun' }])) };
      expect(acceptReport({ report, map: world.map, location: world.location, client: { client: 'c', network: 'n', place }, now })).toMatchObject({ latencyMs });
    }
  }
});
