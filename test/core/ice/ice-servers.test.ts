import { describe, expect, it } from 'vitest';
import { decisionOf } from '../../../core/choice/decision-of.ts';
import type { Listener, PickerEvent } from '../../../core/events.ts';
import type { IceServersEvent } from '../../../core/ice/events.ts';
import { createIceServers, type IceServersOptions } from '../../../core/ice/ice-servers.ts';
import { inOrder } from '../../../core/ice/ranking.ts';
import type { Preferences } from '../../../core/model/context.ts';
import { isPending } from '../../until.ts';
import { virtualClock } from '../../virtual-clock.ts';
import { setUp } from '../picker/rig.ts';
import { office, reportOf, turnMap } from './rig.ts';

const map = turnMap(['fra', 'par', 'nyc']);

function keep(latencies: Parameters<typeof setUp>[0], options: Partial<IceServersOptions> = {}) {
  const ways = { fra: 8, par: 12, nyc: 90, ...latencies };
  const { clock, picker, events: pickerEvents, latencies: now } = setUp(ways, { map });
  const events: IceServersEvent[] = [];
  const { get, asked } = office();
  const live = createIceServers({ picker, clock, credentials: get, onEvent: (event) => events.push(event), ...options });
  const told = (): string[] => events.flatMap((event) => (event.type === 'servers' ? [`${event.change} ${[event.region, event.fallback].map((region) => region?.code).join(' ')}`] : []));
  return { clock, picker, pickerEvents, now, live, asked, told };
}

describe('createIceServers', () => {
  it('watches the picker, and follows its home', async () => {
    const { clock, now, live, asked, told } = keep({});
    const { iceServers, decision } = await clock.until(live.ready);
    expect(iceServers).toEqual([{ urls: ['turn:fra.test'], username: 'fra', credential: 'fra1' }, { urls: ['turn:par.test'], username: 'par', credential: 'par1' }]);
    expect(decision.home).toBe('fra');
    now['par'] = 2;
    await clock.advance(30_000);
    expect([told(), asked]).toEqual([['first fra par', 'order par fra'], ['fra', 'par']]);
    expect(live.current?.decision.home).toBe('par');
  });

  it('heeds preferences from the next report on, with the credentials that are there', async () => {
    const twins = turnMap(['fra', 'par', 'nyc']);
    const { clock, picker, live, asked, told } = keep({});
    picker.update({ map: { ...twins, regions: twins.regions.map((region) => ({ ...region, nodes: region.nodes.flatMap((node) => [node, { ...node, name: `${node.name}-2`, turn: { urls: [`turn:${node.host}-2`] } }]) })) } });
    const urls = (): unknown => live.current?.iceServers.map((server) => server.urls).join(' ');
    await clock.until(live.ready);
    expect(urls()).toBe('turn:fra.test turn:fra.test-2 turn:par.test turn:par.test-2');
    picker.update({ preferences: { nodes: { fra: 'drain', 'par-2': 'avoid' } } });
    await clock.advance(1_000);
    expect([urls(), told(), asked]).toEqual(['turn:fra.test-2 turn:par.test', ['first fra par', 'order fra par'], ['fra', 'par']]);
    picker.update({ preferences: { nodes: { 'fra-2': 'prefer' }, drain: ['par'] } });
    await clock.advance(1_000);
    expect(urls()).toBe('turn:fra.test-2 turn:fra.test turn:nyc.test turn:nyc.test-2');
  });

  it.each<{ name: string; preferences: Preferences; latencies?: Record<string, number>; order: string }>([
    { name: 'as near as they are', preferences: {}, order: 'fra par nyc sin' },
    { name: 'no fallback that is drained', preferences: { drain: ['par'] }, order: 'fra nyc sin' },
    { name: 'the home, however drained', preferences: { drain: ['fra', 'par'] }, order: 'fra nyc sin' },
    { name: 'none that all nodes are drained of', preferences: { nodes: { par: 'drain' } }, order: 'fra nyc sin' },
    { name: 'what is avoided last', preferences: { avoid: ['par'] }, order: 'fra nyc sin par' },
    { name: 'but before what does not answer', preferences: { avoid: ['par'] }, latencies: { fra: 10, par: 20, nyc: Infinity, sin: Infinity }, order: 'fra par nyc sin' },
    { name: 'by the factors', preferences: { latencyFactor: { par: 10 } }, order: 'fra nyc par sin' },
    { name: 'the home alone where all are drained', preferences: { drain: ['par', 'nyc', 'sin', 'fra'] }, order: 'fra' },
    { name: 'as near as they are, whatever nobody knows', preferences: { drain: ['xyz'], nodes: { xyz: 'drain' } }, order: 'fra par nyc sin' },
  ])('ranks $name', ({ preferences, latencies = { fra: 10, par: 20, nyc: 90, sin: 200 }, order }) => {
    expect(inOrder(turnMap(['fra', 'par', 'nyc', 'sin']).regions, { home: 'fra', preferences, latencyOf: (id) => (latencies[id] ?? Infinity) < Infinity ? latencies[id] : undefined }).map(({ code }) => code).join(' ')).toBe(order);
    expect(inOrder(turnMap(['fra', 'par']).regions, { home: undefined, preferences: { drain: ['fra', 'par'] }, latencyOf: () => undefined })).toHaveLength(2);
  });

  it('starts at once with what a picker knows already, and leaves the watching to others', async () => {
    const { clock, picker, pickerEvents, live } = keep({}, { watch: false });
    await clock.advance(60_000);
    expect(await isPending(live.ready)).toBe(true);
    expect(pickerEvents).toEqual([]);
    await clock.until(picker.report());
    await clock.until(live.ready);
    const later = createIceServers({ picker, clock, watch: false });
    expect((await clock.until(later.ready)).region.code).toBe('fra');
  });

  it.each<{ what: string; sure: number; latencies: Record<string, number>; wanted: string[] }>([
    { what: 'a sure answer, with a fallback', sure: 0.96, latencies: { fra: 1, par: 2 }, wanted: ['fra', 'par'] },
    { what: 'an answer that is not sure', sure: 0.9, latencies: { fra: 1, par: 2 }, wanted: [] },
    { what: 'an answer without a fallback', sure: 0.96, latencies: { fra: 1 }, wanted: [] },
  ])('of what may still change takes $what: $wanted, and no other once there are servers', async ({ sure, latencies, wanted }) => {
    const clock = virtualClock();
    const listeners = new Set<Listener<PickerEvent>>();
    const decision = decisionOf(map, { home: 'fra', state: 'provisional', reason: 'first', sure });
    const picker = { map, preferences: undefined, home: 'fra', decision, snapshot: () => ({ decision, state: decision.state, reason: decision.reason }), subscribe: (listener: Listener<PickerEvent>) => { listeners.add(listener); return () => listeners.delete(listener); }, async* watch() {} };
    const { get, asked } = office();
    const live = createIceServers({ picker, clock, credentials: get });
    const provisional = (home: string): void => { for (const listener of listeners) listener({ type: 'provisional', atMs: 1, decision: { ...decision, home }, report: reportOf(latencies) }); };
    provisional('fra');
    await clock.advance(1_000);
    expect(asked).toEqual(wanted);
    if (wanted.length > 0) provisional('par');
    expect(live.current?.region.code).toBe(wanted[0]);
  });

  it('gives servers also where nothing answers', async () => {
    const { clock, live, picker } = keep({ fra: 'silent', par: 'silent', nyc: 'silent' });
    const { region, iceServers, decision } = await clock.until(live.ready);
    expect(region.id).toBe(picker.home);
    expect(iceServers).toHaveLength(2);
    expect(decision).not.toHaveProperty('home');
  });

  it('takes the map that the picker is given', async () => {
    const { clock, live, picker, told } = keep({});
    await clock.until(live.ready);
    picker.update({ map: turnMap(['nyc']) });
    expect(picker.map.regions).toHaveLength(1);
    await clock.advance(10_000);
    expect(told().at(-1)).toBe('order nyc ');
  });

  it('stops watching when it is closed, and leaves the picker to its owner', async () => {
    const { clock, live, picker } = keep({});
    await clock.until(live.ready);
    live.close();
    await clock.advance(1);
    expect(clock.sleeping).toBe(0);
    await clock.until(picker.report());
    expect(live.current?.region.code).toBe('fra');
  });

  it('keeps renewing when the picker is closed', async () => {
    const { clock, live, picker, asked } = keep({});
    await clock.until(live.ready);
    await clock.until(picker.close());
    await clock.advance(3_600_000);
    expect(asked.filter((code) => code === 'fra')).toHaveLength(2);
  });
});
