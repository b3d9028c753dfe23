import { describe, expect, it } from 'vitest';
import type { Preferences } from '../../../core/model/context.ts';
import type { RelayMap } from '../../../core/model/map.ts';
import { announcements, fra, onlyMatching, par, setUp, wantOf, whole } from './machine-rig.ts';
import { setUp as setUpHome } from './rig.ts';

describe('a node that is drained', () => {
  const twins: RelayMap = { ...whole, regions: whole.regions.map((region) => ({ ...region, nodes: region.nodes.flatMap((node) => ['a', 'b'].map((letter) => ({ ...node, name: `${region.id}${letter}`, host: `${letter}.${node.host}` }))) })) };
  const wish = (nodes: Preferences['nodes'], more: Partial<ReturnType<typeof wantOf>> = {}): ReturnType<typeof wantOf> => ({ ...wantOf(fra, twins), nodes, ...more });
  const at1a = (settings?: Parameters<typeof setUp>[0]): ReturnType<typeof setUp> => {
    const rig = setUp(settings);
    rig.want(fra, twins);
    rig.up(fra);
    return rig;
  };

  it('is left for another of its region, the new connection first', () => {
    const { take, up, machine } = at1a();
    expect(take(wish({ '1a': 'drain' }))).toEqual(['connect 1b']);
    expect(machine.home).toBe(fra);
    expect(up(fra)).toEqual(['note 1 up', 'moved 1 drained', 'prefer 2 true', 'prefer 1 false', 'drop 1']);
    expect(take(wish({ '1a': 'drain' }))).toEqual([]);
  });

  it('is left for another region where the others of its own cannot be had', () => {
    const { take, up, fail, machine } = at1a();
    take(wish({ '1a': 'drain' }));
    expect(fail(fra)).toEqual(['note 1 dead', 'connect 2a']);
    expect(machine.home).toBe(fra);
    expect(up(par)).toEqual(['note 2 up', 'moved 2 drained', 'prefer 3 true', 'prefer 1 false', 'drop 1']);
  });

  it('stays home while peers cannot be told', () => {
    let isOpen = false;
    const { take, up, pass } = at1a({ canAnnounce: () => isOpen });
    expect(take(wish({ '1a': 'drain' }))).toEqual(['hold 1']);
    isOpen = true;
    expect(pass(1_000)).toEqual(['connect 1b']);
    expect(onlyMatching(up(fra), announcements)).toEqual(['moved 1 drained']);
  });

  it('is kept where it is not drained any more before another is there', () => {
    const { take } = at1a();
    take(wish({ '1a': 'drain' }));
    expect(take(wish({}))).toEqual(['drop 2']);
    expect(take(wish({ '1b': 'drain' }))).toEqual([]);
  });

  it('is no worse than others where all of its region are', () => {
    const { take } = at1a();
    expect(take(wish({ '1a': 'drain', '1b': 'drain' }))).toEqual([]);
  });

  it('is left at a time of one\'s own where nobody waits: others were told in the same moment', () => {
    const { take, pass } = at1a();
    expect(take(wish({ '1a': 'drain' }, { spreadMs: 5_000 }))).toEqual([]);
    expect(take(wish({ '1a': 'drain' }, { spreadMs: 5_000 }))).toEqual([]);
    expect(pass(2_499)).toEqual([]);
    expect(pass(1)).toEqual(['connect 1b']);
  });

  it('that is lost meanwhile is not come back to', () => {
    const { take, lose, machine } = at1a();
    take(wish({ '1a': 'drain' }));
    expect(take({ type: 'lost', id: 1, reason: 'transport' })).toEqual(['down 1 transport']);
    expect(machine.byId(2)?.phase).toBe('connecting');
    expect(lose(par)).toEqual([]);
  });

  it.each<{ name: string; nodes: Preferences['nodes']; connects: readonly string[] }>([
    { name: 'none of the drained', nodes: { '1a': 'drain' }, connects: ['1b', '2a'] },
    { name: 'the preferred first', nodes: { '1b': 'prefer' }, connects: ['1b', '1a', '2a'] },
    { name: 'the avoided last', nodes: { '1a': 'avoid' }, connects: ['1b', '1a', '2a'] },
    { name: 'all where all are drained', nodes: { '1a': 'drain', '1b': 'drain' }, connects: ['1a', '1b', '2a'] },
    { name: 'as the map has them', nodes: { '9z': 'drain' }, connects: ['1a', '1b', '2a'] },
  ])('connects to $name', ({ nodes, connects }) => {
    const { take, fail, said } = setUp();
    take(wish(nodes));
    for (let count = 1; count < connects.length; count++) fail(fra);
    expect(said.filter((line) => line.startsWith('connect'))).toEqual(connects.map((name) => `connect ${name}`));
  });

  it('gives up an attempt at it', () => {
    const { take } = setUp();
    expect(take(wish({}))).toEqual(['connect 1a']);
    expect(take(wish({ '1a': 'drain' }))).toEqual(['drop 1', 'connect 1b']);
  });
});

describe('with a picker', () => {
  const map: RelayMap = (({ regions, ...rest }) => ({ ...rest, regions: regions.map((region) => ({ ...region, nodes: region.nodes.flatMap((node) => [node, { ...node, name: `${region.id}b`, host: `b.${node.host}` }]) })) }))(whole);
  /** A home at 1a, watched by a picker that measures. */
  const at1a = async (): Promise<ReturnType<typeof setUpHome>> => {
    const rig = setUpHome({ '1a': 8, '1b': 8.2, '2a': 20, '2b': 20, '3a': 90 });
    rig.picker.update({ map });
    await rig.clock.advance(60_000);
    expect([rig.home.current?.node, rig.home.current?.region]).toEqual(['1a', '1']);
    rig.forget();
    return rig;
  };

  it('goes to the node that is left as soon as it is told, without a moment between', async () => {
    const { picker, home, clock, announcements: told, relay, close } = await at1a();
    picker.update({ preferences: { nodes: { '1a': 'drain' } } });
    await clock.advance(10_000);
    expect([home.current?.node, home.connections.map(({ node, isHome }) => [node, isHome]), told()]).toEqual(['1b', [['1b', true]], ['moved 1 drained']]);
    expect([relay('1a').open, relay('1a').preferred, relay('1b').preferred]).toEqual([0, 0, 1]);
    await clock.advance(600_000);
    expect(told()).toHaveLength(1);
    await close();
  });

  it('goes to another region where all nodes are drained, or the others are dead', async () => {
    for (const isDead of [false, true]) {
      const { picker, home, clock, announcements: told, relay, close } = await at1a();
      if (isDead) relay('1b').service = 'refuses';
      picker.update({ preferences: { nodes: isDead ? { '1a': 'drain' } : { '1a': 'drain', '1b': 'drain' } } });
      await clock.advance(60_000);
      expect([home.current?.region, told()]).toEqual(['2', [isDead ? 'moved 2 drained' : 'moved 2 chosen']]);
      await clock.advance(600_000);
      expect([home.current?.region, relay('1a').open, relay('1b').open]).toEqual(['2', 0, 0]);
      await close();
    }
  });

  it('connects to an avoided node where the others of all regions are dead', async () => {
    const rig = setUpHome({ '1a': 8, '1b': 8 });
    rig.relay('1b').service = 'refuses';
    rig.picker.update({ map: { ...map, regions: map.regions.slice(0, 1) }, preferences: { nodes: { '1a': 'avoid' } } });
    await rig.clock.advance(20_000);
    expect(rig.home.current?.node).toBe('1a');
    await rig.close();
  });
});
