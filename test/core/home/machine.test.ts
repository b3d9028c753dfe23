import { describe, expect, it } from 'vitest';
import { trialMs } from '../../../core/home/move.ts';
import { tentativeMs } from '../../../core/home/seek.ts';
import { leastRestartMs, mostRestartMs, stableMs, unwellMs } from '../../../core/home/slots.ts';
import type { RelayMap } from '../../../core/model/map.ts';
import { mapOf } from '../../maps.ts';
import { announcements, fra, idleCloseMs, nyc, onlyMatching, par, setUp, wantOf, whole } from './machine-rig.ts';

const unwell = { type: 'health', problem: 'somebody else has your key' } as const;
const well = { type: 'health', problem: '' } as const;

describe('a home', () => {
  it('is announced when it carries, not sooner', () => {
    const { want, up, machine } = setUp();
    expect(want(fra)).toEqual(['connect 1a']);
    expect(machine.home).toBeUndefined();
    expect(up(fra)).toEqual(['note 1 up', 'up 1 first', 'prefer 1 true']);
    expect(machine.home).toBe(fra);
  });

  it('does nothing while the wish stays what it is', () => {
    const { want, up, pass } = setUp();
    want(fra);
    up(fra);
    expect([want(fra), want(), pass(3_600_000)]).toEqual([[], [], []]);
  });

  it('moves by making the new connection first, and lets the old one go once it is unused', () => {
    const { want, up, pass } = setUp();
    want(fra);
    up(fra);
    expect(want(par)).toEqual(['connect 2a']);
    expect(up(par)).toEqual(['note 2 up', 'moved 2 chosen', 'prefer 1 false', 'prefer 2 true']);
    expect(pass(idleCloseMs - 1)).toEqual([]);
    expect(pass(1)).toEqual(['drop 1']);
  });

  it('gives up a move that is no longer wanted', () => {
    const { want, up } = setUp();
    want(fra);
    up(fra);
    want(par);
    expect(want(fra)).toEqual(['drop 2']);
    expect(want(nyc)).toEqual(['connect 3a']);
    expect(want(par)).toEqual(['connect 2a', 'drop 3']);
  });

  it('tries the nodes of a region in their order, then the next region', () => {
    const map: RelayMap = { version: 1, regions: whole.regions.map((region) => ({ ...region, nodes: region.id === fra ? [...region.nodes, { name: '1b', host: 'b.test' }] : region.nodes })) };
    const { want, fail, up } = setUp();
    want(fra, map);
    expect(fail(fra)).toEqual(['connect 1b']);
    expect(fail(fra)).toEqual(['note 1 dead', 'connect 2a']);
    expect(onlyMatching(up(par), announcements)).toEqual(['up 2 first']);
  });

  it('starts the next candidate while the first takes long, three at most, and drops what loses', () => {
    const { want, pass, up } = setUp();
    want(fra);
    expect(pass(249)).toEqual([]);
    expect(pass(1)).toEqual(['connect 2a']);
    expect(pass(250)).toEqual(['connect 3a']);
    expect(onlyMatching(up(nyc), announcements)).toEqual(['up 3 first']);
    // The wanted one goes on.
    expect(onlyMatching(up(fra), announcements)).toEqual(['moved 1 chosen']);
  });

  it('goes back to where it was cut off, and at once elsewhere if that fails', () => {
    const { want, up, lose, fail, pass } = setUp();
    want(fra);
    up(fra);
    pass(stableMs);
    expect(lose(fra)).toEqual(['note 1 dead', 'down 1 transport', 'connect 1a']);
    expect(fail(fra)).toEqual(['connect 2a']);
    expect(onlyMatching(up(par), announcements)).toEqual(['up 2 failover']);
  });

  it('leaves a silent relay at once, and looks whether it is well again', () => {
    const { want, up, lose, pass } = setUp();
    want(fra);
    up(fra);
    pass(stableMs);
    expect(lose(fra, 'silent')).toEqual(['note 1 dead', 'down 1 silent', 'connect 2a']);
    up(par);
    want(par); // by what the picker knows now
    expect(onlyMatching(pass(1_500), /connect/)).toEqual(['connect 1a']);
    expect(onlyMatching(up(fra), announcements)).toEqual([]);
    expect(onlyMatching(want(fra), announcements)).toEqual([]);
    // It failed of late: it must hold for a while before peers are told to go there.
    expect(onlyMatching(pass(trialMs), announcements)).toEqual(['moved 1 chosen']);
  });

  it('waits ever longer for a relay that takes clients and kills them', () => {
    const { want, up, lose, pass, machine } = setUp({ random: () => 0.99 });
    want(fra, mapOf(['fra']), [fra]);
    const waits: number[] = [];
    for (let round = 0; round < 8; round++) {
      up(fra);
      lose(fra);
      const before = machine.slot(fra)?.retryAtMs ?? 0;
      waits.push(machine.slot(fra)?.backOffMs ?? 0);
      pass(Math.max(0, before));
    }
    expect(waits[0]).toBeGreaterThanOrEqual(500);
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
    expect(waits.at(-1)).toBe(10_000);
  });

  it('asks a lone host once more, then waits', () => {
    const { want, fail, pass } = setUp();
    want(fra, mapOf(['fra']), [fra]);
    expect(fail(fra)).toEqual(['connect 1a']);
    expect(fail(fra)).toEqual(['note 1 dead']);
    expect(pass(1_500)).toEqual(['connect 1a']);
    // Once an outage: a herd would knock twice each time.
    expect(fail(fra)).toEqual([]);
  });

  it('asks a lone host that cut it off once more, then waits', () => {
    const { want, up, lose, fail, pass } = setUp();
    want(fra, mapOf(['fra']), [fra]);
    up(fra);
    pass(stableMs);
    expect(onlyMatching(lose(fra), /connect/)).toEqual(['connect 1a']);
    expect(fail(fra)).toEqual([]);
    expect(pass(1_500)).toEqual(['connect 1a']);
  });

  it.each([
    { name: 'waits as long as a 429 says, and a while by chance', failure: { class: 'wait' as const, retryAfterMs: 20_000 }, afterMs: 21_000 },
    { name: 'waits a while where a 429 says nothing', failure: { class: 'wait' as const }, afterMs: 1_000 },
  ])('$name', ({ failure, afterMs }) => {
    const { want, fail, up, pass } = setUp();
    want(fra);
    expect(onlyMatching(fail(fra, failure), /connect/)).toEqual(['connect 2a']);
    up(par);
    expect(pass(afterMs - 1)).toEqual([]);
    expect(pass(1)).toEqual(['connect 1a']);
  });

  it('stops when credentials are wrong, until somebody says that they are others', () => {
    const { want, fail, pass, take } = setUp();
    want(fra);
    expect(fail(fra, { class: 'stop' })).toEqual(['stop', 'note 1 dead']);
    expect(pass(86_400_000)).toEqual([]);
    expect(take({ type: 'retry' })).toEqual(['connect 1a']);
    expect(fail(fra, { class: 'stop' })).toEqual(['stop']);
    // A portal's or a proxy's refusal does not follow us to the next network.
    expect(take({ ...wantOf(fra), anew: true })).toEqual(['connect 1a']);
  });

  it('takes one relay that hangs up for a mishap, two for a refusal', () => {
    const { want, fail } = setUp();
    want(fra);
    expect(fail(fra, { class: 'refused' })).toEqual(['note 1 dead', 'connect 2a']);
    expect(fail(par, { class: 'refused' })).toEqual(['stop', 'note 2 dead']);
  });

  it('takes no relay that hangs up for a refusal of the fleet while another serves it', () => {
    const { want, fail, up, pass, lose, said } = setUp();
    want(fra);
    fail(fra, { class: 'refused' });
    up(par);
    for (let attempt = 0; attempt < 3; attempt++) {
      pass(300_000);
      fail(fra, { class: 'refused' });
    }
    lose(par, 'silent');
    fail(nyc, { class: 'refused' });
    expect(onlyMatching(said, announcements)).toEqual(['up 2 first', 'down 2 silent']);
  });

  it('lets one relay that does not know its credentials stop nothing, where another took them', () => {
    const { want, fail, up, pass, lose, said } = setUp();
    want(fra);
    up(fra);
    want(par);
    fail(par, { class: 'stop' });
    expect(onlyMatching(said, announcements)).toEqual(['up 1 first']);
    pass(stableMs);
    lose(fra, 'silent');
    fail(par, { class: 'stop' });
    expect(onlyMatching(said, /stop/)).toEqual([]);
    fail(nyc, { class: 'stop' });
    expect(onlyMatching(said, announcements).at(-1)).toBe('stop');
  });

  it('stops when the only relay hangs up twice', () => {
    const { want, fail, pass, said } = setUp();
    want(fra, mapOf(['fra']), [fra]);
    fail(fra, { class: 'refused' });
    expect(pass(1_500)).toEqual(['connect 1a']);
    fail(fra, { class: 'refused' });
    expect(onlyMatching(said, announcements)).toEqual(['stop']);
  });

  it('lets nobody wait for a relay that is not asked for long', () => {
    const { want, fail, up, take, machine } = setUp();
    want(fra);
    up(fra);
    take({ type: 'demand', region: nyc });
    fail(nyc, { class: 'wait', retryAfterMs: 60_000 });
    take({ type: 'demand', region: nyc });
    expect(machine.slot(nyc)?.isDemanded).toBe(false);
  });

  it('does not move while peers cannot be told, but takes any home when it has none', () => {
    let canAnnounce = false;
    const { want, up, lose, pass } = setUp({ canAnnounce: () => canAnnounce });
    want(fra);
    expect(onlyMatching(up(fra), announcements)).toEqual(['up 1 first']);
    expect(want(par)).toEqual(['hold 2']);
    expect(pass(10_000)).toEqual([]);
    canAnnounce = true;
    expect(pass(1_000)).toEqual(['connect 2a']);
    canAnnounce = false;
    expect(onlyMatching(up(par), announcements)).toEqual(['hold 2']);
    expect(onlyMatching(lose(fra), announcements)).toEqual(['down 1 transport', 'up 2 failover']);
  });

  it('leaves a relay that restarts, by its own times, and comes back', () => {
    const { want, up, hear, lose, pass, fail } = setUp();
    want(fra);
    up(fra);
    expect(hear(fra, { type: 'restarting', reconnectInMs: 4_000, tryForMs: 20_000 })).toEqual(['note 1 draining', 'connect 2a']);
    expect(onlyMatching(up(par), announcements)).toEqual(['moved 2 restarting']);
    expect(lose(fra)).toEqual(['note 1 dead']);
    // Its time, and half of the 10 s that those with another home take.
    expect(pass(4_000 + 5_000 - 1)).toEqual([]);
    expect(pass(1)).toEqual(['connect 1a']);
    fail(fra);
    expect(pass(1_000)).toEqual(['connect 1a']);
    expect(onlyMatching(up(fra), announcements)).toEqual([]);
    expect(onlyMatching(pass(trialMs), announcements)).toEqual(['moved 1 chosen']);
  });

  it('believes a relay that says that it restarts for a bounded time', () => {
    const { want, up, hear, pass, machine } = setUp();
    want(fra, mapOf(['fra']), [fra]);
    up(fra);
    hear(fra, { type: 'restarting', reconnectInMs: 2 ** 32, tryForMs: 2 ** 32 });
    expect(machine.slot(fra)?.tryUntilMs).toBe(2 * mostRestartMs);
    expect(pass(2 * mostRestartMs)).toEqual(['note 1 up']);
  });

  it.each([{ ms: 0 }, { ms: -1 }, { ms: NaN }])('leaves a relay that says that it restarts in $ms ms, and finds it again soon', ({ ms }) => {
    const { want, up, hear, lose, pass } = setUp();
    want(fra);
    up(fra);
    pass(stableMs);
    expect(hear(fra, { type: 'restarting', reconnectInMs: ms, tryForMs: ms })).toEqual(['note 1 draining', 'connect 2a']);
    expect(onlyMatching(up(par), announcements)).toEqual(['moved 2 restarting']);
    lose(fra);
    expect(onlyMatching(pass(10_000), /connect/)).toEqual(['connect 1a']);
  });

  it('takes a relay that ends nothing of what it said for one that stays', () => {
    const { want, up, hear, pass } = setUp();
    want(fra, mapOf(['fra']), [fra]);
    up(fra);
    hear(fra, { type: 'restarting', reconnectInMs: 0, tryForMs: 0 });
    expect([pass(leastRestartMs - 1), pass(1)]).toEqual([[], ['note 1 up']]);
  });

  it('waits ever longer for a relay that says to whoever comes that it restarts, and kills them', () => {
    const { want, up, hear, lose, pass, machine } = setUp();
    want(fra, mapOf(['fra']), [fra]);
    const waits: number[] = [];
    for (let round = 0; round < 12; round++) {
      up(fra);
      hear(fra, { type: 'restarting', reconnectInMs: 0, tryForMs: 0 });
      const heard = lose(fra);
      waits.push(machine.slot(fra)?.backOffMs ?? 0);
      expect(onlyMatching([...heard, ...pass(10_000)], /connect/)).toEqual(['connect 1a']);
    }
    // The first time it may be true.
    expect(waits.slice(0, 3)).toEqual([0, 1_000, 1_750]);
    expect(waits.at(-1)).toBe(10_000);
  });

  it.each([{ by: 'its owner', isAsked: true }, { by: 'another network', isAsked: false }])('asks a relay that restarts sooner than it said by $by: $isAsked', ({ isAsked }) => {
    const { want, up, hear, lose, take } = setUp();
    want(fra, mapOf(['fra']), [fra]);
    up(fra);
    hear(fra, { type: 'restarting', reconnectInMs: 60_000, tryForMs: 60_000 });
    lose(fra);
    expect(take(isAsked ? { type: 'retry' } : { ...wantOf(fra, mapOf(['fra']), [fra]), anew: true })).toEqual(isAsked ? ['connect 1a'] : []);
  });

  it('leaves a relay that says that something is wrong, where another can be had', () => {
    const { want, up, hear, pass } = setUp();
    want(fra);
    up(fra);
    expect(hear(fra, unwell)).toEqual([]);
    expect(pass(unwellMs - 1)).toEqual([]);
    // Said again, it is the same problem.
    expect(hear(fra, unwell)).toEqual([]);
    expect(pass(1)).toEqual(['note 1 draining', 'connect 2a']);
    expect(hear(fra, well)).toEqual(['note 1 up', 'drop 2']);
  });

  it('does not leave a relay for what was wrong for a moment', () => {
    const { want, up, hear, pass } = setUp();
    want(fra);
    up(fra);
    hear(fra, unwell);
    pass(unwellMs - 1);
    hear(fra, well);
    expect(pass(60_000)).toEqual([]);
  });

  it('stays where it is when a second relay says the same: it is this client', () => {
    const { want, up, hear, pass } = setUp();
    want(fra);
    up(fra);
    hear(fra, unwell);
    pass(unwellMs);
    expect(onlyMatching(up(par), announcements)).toEqual(['moved 2 unhealthy']);
    hear(par, unwell);
    expect(onlyMatching(pass(10_000), announcements)).toEqual([]);
  });

  it('does not come back to a relay that says it again to a new connection', () => {
    const { want, up, hear, pass } = setUp();
    want(fra);
    up(fra);
    hear(fra, unwell);
    pass(stableMs);
    up(par);
    want(par);
    expect(onlyMatching(pass(idleCloseMs), /drop|connect/)).toEqual(['drop 1', 'connect 1a']);
    up(fra);
    want(fra);
    hear(fra, unwell);
    expect(onlyMatching(pass(trialMs), announcements)).toEqual([]);
    expect(onlyMatching(hear(fra, well), announcements)).toEqual(['moved 1 chosen']);
  });

  it.each([
    { name: 'is no longer wanted once the report is sure', passMs: 60, sure: par, heard: ['up 2 first'] },
    { name: 'is wanted for sure', passMs: 60, sure: fra, heard: ['up 1 first'] },
    { name: 'is still no more than likely after a moment', passMs: tentativeMs, sure: undefined, heard: ['up 1 first'] },
  ])('a first home that $name', ({ passMs, sure, heard }) => {
    const { take, want, up, pass, said } = setUp();
    take({ ...wantOf(fra), isTentative: true });
    up(fra);
    expect(onlyMatching(pass(passMs - 1), announcements)).toEqual([]);
    pass(1);
    if (sure !== undefined) want(sure);
    if (sure === par) up(par);
    expect(onlyMatching(said, announcements)).toEqual(heard);
  });

  it('has two regions at hand while the first answers contradict one another', () => {
    const { take, up, pass, want } = setUp();
    take({ ...wantOf(fra), isTentative: true });
    up(fra);
    expect(take({ ...wantOf(par), isTentative: true })).toEqual(['connect 2a']);
    expect(want(fra)).toEqual(['up 1 first', 'prefer 1 true', 'drop 2']);
    expect(pass(60_000)).toEqual([]);
  });

  it('looks after a home that died, although another answered sooner since', () => {
    const { want, up, lose, pass } = setUp();
    want(fra, whole, [par, fra, nyc]);
    up(fra);
    lose(fra, 'silent');
    up(par);
    want(par, whole, [par, fra, nyc]);
    expect(onlyMatching(pass(1_500), /connect/)).toEqual(['connect 1a']);
  });

  it('looks after a relay that fell silent in every way', () => {
    const { take, want, up, lose, pass } = setUp();
    want(fra);
    up(fra);
    lose(fra, 'silent');
    up(par);
    // It no longer answers, so that it comes last; what it was counts.
    take({ ...wantOf(par, whole, [par, nyc, fra]), hopeful: [fra, par, nyc] });
    expect(onlyMatching(pass(1_500), /connect/)).toEqual(['connect 1a']);
  });

  it('keeps what it has while its region leaves the map, until another is up', () => {
    const { want, up } = setUp();
    want(fra);
    up(fra);
    const rest: RelayMap = { version: 1, regions: whole.regions.slice(1) };
    expect(want(undefined, rest, [par, nyc])).toEqual(['connect 2a']);
    expect(up(par)).toEqual(['note 2 up', 'moved 2 unmapped', 'prefer 1 false', 'prefer 2 true', 'drop 1']);
    expect(want(undefined, { version: 1, regions: [] }, [])).toEqual(['down 2 unmapped', 'drop 2']);
  });

  const redefined = (...hosts: readonly string[]): RelayMap => ({ version: 1, regions: whole.regions.map((region) => (region.id === fra ? { ...region, nodes: hosts.map((host) => ({ name: host, host })) } : region)) });

  it('moves to the new relays of its region where the map has others under its id, the new connection first', () => {
    const { want, up, hear, machine } = setUp();
    want(fra);
    up(fra);
    expect(want(fra, redefined('new'))).toEqual(['connect new']);
    // What the old one says is no word of the region.
    expect(hear(fra, { type: 'restarting', reconnectInMs: 1, tryForMs: 1 })).toEqual([]);
    expect(machine.home).toBe(fra);
    expect(up(fra)).toEqual(['note 1 up', 'moved 1 unmapped', 'prefer 2 true', 'prefer 1 false', 'drop 1']);
  });

  it('stays at the old relay of its region while none of the new ones can be had', () => {
    const { want, up, fail, pass, take, machine } = setUp();
    want(fra, mapOf(['fra']), [fra]);
    up(fra);
    want(fra, { version: 1, regions: redefined('new').regions.slice(0, 1) }, [fra]);
    fail(fra);
    fail(fra);
    pass(1_000);
    expect(machine.home).toBe(fra);
    // And its end is no failure of theirs.
    expect(take({ type: 'lost', id: 1, reason: 'transport' })).toEqual(['down 1 transport']);
  });

  it('keeps its connection where only the name, the order or the credentials of its relay are others', () => {
    const { want, up, machine } = setUp();
    want(fra);
    up(fra);
    const [first] = whole.regions;
    const nodes = [{ name: 'added', host: 'added' }, ...(first?.nodes ?? []).map((node) => ({ ...node, name: 'renamed' }))];
    expect(want(fra, { version: 1, regions: whole.regions.map((region) => (region === first ? { ...region, nodes } : region)) })).toEqual([]);
    expect(machine.home).toBe(fra);
  });

  it('starts an attempt over where its relay has left the map, and asks new relays of a dead region at once', () => {
    const { want, up, fail } = setUp();
    want(fra);
    expect(want(fra, redefined('new'))).toEqual(['drop 1', 'connect new']);
    fail(fra);
    up(par);
    expect(want(fra, redefined('newer'))).toEqual(['connect newer']);
  });

  it('keeps connections that are used, and closes those that are not', () => {
    const { want, up, take, pass } = setUp();
    want(fra);
    up(fra);
    expect(take({ type: 'demand', region: nyc })).toEqual(['connect 3a']);
    up(nyc);
    pass(idleCloseMs - 1);
    take({ type: 'used', region: nyc, atMs: idleCloseMs - 1 });
    expect(pass(idleCloseMs - 1)).toEqual([]);
    expect(pass(1)).toEqual(['drop 2']);
  });

  it('says where it would go: not to what shares its fate', () => {
    const longitudes = [8, 8.1, -70];
    const nodes = (at: number) => [{ name: `${at + 1}a`, host: `${at}.test`, ipv4: `198.51.${at}.1` }];
    const map: RelayMap = { version: 1, regions: whole.regions.map((region, at) => ({ ...region, latitude: 50, longitude: longitudes[at] ?? 0, nodes: nodes(at) })) };
    const { want, up, lose, machine } = setUp();
    want(fra, map);
    up(fra);
    expect(machine.standby).toBe(nyc);
    expect(onlyMatching(lose(fra, 'silent'), /connect/)).toEqual(['connect 3a']);
  });

  it.each([
    { name: 'what is wanted and held back', before: ({ want }: ReturnType<typeof setUp>) => void want(nyc), standby: nyc, next: 'connect 3a' },
    { name: 'what is connected', before: ({ take, up }: ReturnType<typeof setUp>) => void [take({ type: 'demand', region: nyc }), up(nyc)], standby: nyc, next: 'up 3 failover' },
    { name: 'not what is dead', before: ({ take, fail }: ReturnType<typeof setUp>) => void [take({ type: 'demand', region: par }), fail(par)], standby: nyc, next: 'connect 3a' },
    { name: 'not what restarts', before: ({ take, up, hear, lose }: ReturnType<typeof setUp>) => void [take({ type: 'demand', region: par }), up(par), hear(par, { type: 'restarting', reconnectInMs: 60_000, tryForMs: 60_000 }), lose(par)], standby: nyc, next: 'connect 3a' },
  ])('goes where it says that it would: $name', ({ before, standby, next }) => {
    const rig = setUp({ canAnnounce: () => false });
    rig.want(fra);
    rig.up(fra);
    before(rig);
    expect(rig.machine.standby).toBe(standby);
    expect(onlyMatching(rig.lose(fra, 'silent'), /^(up|connect)/)[0]).toBe(next);
  });

  it('ends everything, and nothing after that', () => {
    const { want, up, take, pass, said } = setUp();
    want(fra);
    up(fra);
    want(par);
    expect(take({ type: 'close' })).toEqual(['down 1 closed', 'drop 1', 'drop 2']);
    expect(take({ type: 'connected', id: 2 })).toEqual(['drop 2']);
    const count = said.length;
    want(nyc);
    pass(86_400_000);
    expect(said).toHaveLength(count);
  });
});
