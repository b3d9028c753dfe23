import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatRelayMap, netcheck, steady, type PickerEvent, type RelayMap, type Store, type Strategy, type Transport } from '../../universal/index.ts';
import { createLab, type Lab } from '../../lab/index.ts';
import { nearest } from '../../node/nearest.ts';
import { nodeTransports } from '../../node/transports/index.ts';
import { watchTimers } from '../timers.ts';
import { errorOf, until } from '../until.ts';
import { leavesNothing } from './checks/leaks.ts';

// Frankfurt is the nearest of four by far, as a busy machine may read 20 ms too much; Warsaw speaks HTTPS only, Oslo is dead.
let lab: Lab;
beforeAll(async () => {
  lab = await createLab({ relays: [{ code: 'par', rttMs: 40 }, { code: 'fra', rttMs: 5 }, { code: 'waw', rttMs: 45, udp: false }, { code: 'osl', rttMs: 3, dead: true }, { code: 'lon', rttMs: 50 }] });
});
afterAll(() => lab.close());

/** Transports that tell how many of them were closed. */
function counted(transports: readonly Transport[]): { transports: Transport[]; closed: () => number } {
  let closed = 0;
  return {
    transports: transports.map((transport) => ({ ...transport, close: () => {
      closed++;
      return transport.close();
    } })),
    closed: () => closed,
  };
}

/** Never has enough: its reports are under way whenever they are given up. */
function tireless(): Strategy {
  const of = steady() as Strategy;
  return { ...of, next: (state, progress) => ({ ...of.next(state, progress), stop: undefined }) };
}

function memoryStore(): Store {
  let saved: string | undefined;
  return { load: async () => saved, save: async (text) => { saved = text; } };
}

describe('nearest', () => {
  it.each<[string, (() => Strategy) | undefined]>([
    ['the default strategy', undefined],
    ['steady', () => steady() as Strategy],
    ['netcheck', () => netcheck() as Strategy],
    ['netcheck-2022', () => netcheck({ edition: 2022 }) as Strategy],
  ])('names the nearest region and its nodes, by %s', async (_, strategy) => {
    const { home, report, decision } = await nearest({ map: lab.map, ...(strategy && { strategy: strategy() }) });
    expect(home).toEqual({ region: lab.map.regions[1], nodes: lab.map.regions[1]?.nodes });
    expect(decision).toMatchObject({ home: '2', reason: 'first', state: 'settled' });
    expect(report).toMatchObject({ full: true, udp: true, regions: { 1: { kind: 'stun' }, 2: { kind: 'stun' }, 4: { samples: 0 } } });
    expect(report.regions['4']).not.toHaveProperty('latencyMs');
  });

  it('tells what happens while it measures', async () => {
    const events: PickerEvent[] = [];
    await nearest({ map: lab.map, onEvent: (event) => events.push(event) });
    const types = events.map(({ type }) => type);
    expect(types[0]).toBe('started');
    expect(types.at(-1)).toBe('report');
    expect(new Set(types)).toEqual(new Set(['started', 'probe', 'sample', 'lost', 'provisional', 'report']));
  });

  it('stays with the last home from call to call where there is a store', async () => {
    const store = memoryStore();
    await nearest({ map: lab.map, store, preferences: { pin: '1' } });
    const { decision } = await nearest({ map: lab.map, store });
    // 35 ms nearer, in one report: not proven yet.
    expect(decision).toMatchObject({ home: '1', previous: '1', changed: false, reason: 'gain-unproven', why: { best: '2' } });
  });

  it('keeps to the preferences', async () => {
    expect((await nearest({ map: lab.map, preferences: { avoid: ['2'] } })).decision.home).not.toBe('2');
    expect((await nearest({ map: lab.map, preferences: { pin: '5' } })).decision).toMatchObject({ home: '5', reason: 'pinned' });
  });

  it('names nodes as the preferences order them, without those that are drained', async () => {
    const twins: RelayMap = { ...lab.map, regions: lab.map.regions.map((region) => ({ ...region, nodes: region.nodes.flatMap((node) => ['a', 'b', 'c'].map((letter) => ({ ...node, name: `${region.id}-${letter}` }))) })) };
    const { home } = await nearest({ map: twins, preferences: { nodes: { '2-a': 'avoid', '2-b': 'drain', '1-c': 'prefer' } } });
    expect([home?.region, home?.nodes.map(({ name }) => name)]).toEqual([twins.regions[1], ['2-c', '2-a']]);
  });

  it('closes the transports that it was given', async () => {
    const { transports, closed } = counted(nodeTransports());
    await nearest({ map: lab.map, transports });
    expect(closed()).toBe(transports.length);
  });
});

describe('where nothing answers: no home, and no error', () => {
  it.each<[string, () => Promise<{ map: RelayMap; close(): Promise<void> }>, string]>([
    ['dead relays', () => createLab({ relays: [{ code: 'fra', rttMs: 5, dead: true, tcp: 'refused' }, { code: 'par', rttMs: 5, dead: true, tcp: 'refused' }] }), 'no-answer'],
    ['no relays', async () => ({ map: { version: 1, regions: [] }, close: async () => {} }), 'no-map'],
    ['regions without nodes', async () => ({ map: { version: 1, regions: [{ id: '1', code: 'fra', name: 'F', nodes: [] }] }, close: async () => {} }), 'no-answer'],
  ])('%s', async (_, open, reason) => {
    const { map, close } = await open();
    const found = await nearest({ map });
    await close();
    expect(found).not.toHaveProperty('home');
    expect(found.decision).not.toHaveProperty('home');
    expect(found.decision).toMatchObject({ changed: false, sure: 0, reason });
    expect(Object.keys(found.report.regions)).toEqual(map.regions.map(({ id }) => id));
    expect(found.report).not.toHaveProperty('udp');
  });
});

describe('leaves nothing: no socket, no process, no timer, no listener', () => {
  it.each([['given up at once', 0], ['given up after 1 ms', 1], ['given up after 5 ms', 5], ['given up after 20 ms', 20], ['given up after 60 ms', 60], ['made', Infinity]])('a report that is %s', async (_, afterMs) => {
    // What loads and opens once for the process.
    await nearest({ map: lab.map });
    const timers = watchTimers();
    const { transports, closed } = counted(nodeTransports());
    await leavesNothing(async (controller) => {
      const found = nearest({ map: lab.map, transports, signal: controller.signal, strategy: afterMs < Infinity ? tireless() : (steady() as Strategy) });
      if (afterMs === Infinity) return void (await found);
      const error = errorOf(found);
      await new Promise<void>((resolve) => { setTimeout(resolve, afterMs); });
      controller.abort(new Error('enough of it'));
      expect(await error).toMatchObject({ message: 'enough of it' });
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    });
    expect(closed()).toBe(transports.length);
    await until(() => timers.open === 0);
    timers.stop();
  });

  it('aborted before it began: nothing is sent', async () => {
    const { transports, closed } = counted(nodeTransports());
    const events: PickerEvent[] = [];
    expect(await errorOf(nearest({ map: lab.map, transports, signal: AbortSignal.abort(new Error('no')), onEvent: (event) => events.push(event) }))).toMatchObject({ message: 'no' });
    expect({ events, closed: closed() }).toEqual({ events: [], closed: transports.length });
  });
});

describe('with an edge', () => {
  it('takes its map and its hint; without either says so, and leaves nothing', async () => {
    const answers: Record<string, string> = { '/v1/relays': JSON.stringify(formatRelayMap(lab.map)), '/v1/hint': JSON.stringify({ ranked: ['2'], ageMs: 0 }) };
    const server = createServer(({ url = '' }, response) => void response.writeHead(answers[url] === undefined ? 404 : 200).end(answers[url]));
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
    const edge = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const events: PickerEvent[] = [];
    expect((await nearest({ edge, onEvent: (event) => events.push(event) })).home?.region.code).toBe('fra');
    expect(events.flatMap((event) => (event.type === 'report' ? [event.context.prior?.ranked] : []))).toEqual([['2']]);
    delete answers['/v1/hint'];
    expect((await nearest({ edge, map: lab.map, onEvent: (event) => events.push(event) })).home?.region.code).toBe('fra');
    expect(events).toContainEqual(expect.objectContaining({ type: 'note', code: 'edge' }));
    delete answers['/v1/relays'];
    const { transports, closed } = counted(nodeTransports());
    expect(await errorOf(nearest({ edge, transports }))).toMatchObject({ name: 'RelayMapError', code: 'fetch' });
    expect(closed()).toBe(transports.length);
    answers['/v1/relays'] = '<!doctype html>';
    expect(await errorOf(nearest({ edge }))).toMatchObject({ name: 'RelayMapError', code: 'json', message: expect.stringMatching(/^the edge's relay map: not JSON/) });
    expect(await errorOf(nearest({}))).toMatchObject({ name: 'TypeError' });
    server.closeAllConnections();
    await new Promise<void>((done) => { server.close(() => done()); });
  });
});

describe('a relay that speaks HTTPS only', () => {
  it('is not lost because others answered over UDP first, nor in the reports that follow', async () => {
    const mixed = await createLab({ relays: [{ code: 'par', rttMs: 45 }, { code: 'lon', rttMs: 50 }, { code: 'fra', rttMs: 8, udp: false }, { code: 'mad', rttMs: 55 }] });
    const store = memoryStore();
    for (let turn = 0; turn < 3; turn++) {
      const { decision, report } = await nearest({ map: mixed.map, store });
      expect(decision).toMatchObject({ home: '3', changed: turn === 0 });
      expect(report).toMatchObject({ full: turn === 0, regions: { 1: { kind: 'stun' }, 3: { kind: 'https', samples: 1 } } });
    }
    await mixed.close();
  });

  it('does not hold up the answer when it is silent', async () => {
    const mixed = await createLab({ relays: [{ code: 'par', rttMs: 5 }, { code: 'lon', rttMs: 8 }, { code: 'fra', rttMs: 2, udp: false, tcp: 'silent' }, { code: 'mad', rttMs: 10 }] });
    const { decision, report } = await nearest({ map: mixed.map });
    await mixed.close();
    expect(decision.home).toBe('1');
    expect(report.regions['3']).toMatchObject({ samples: 0, kinds: { https: { lost: 1 } } });
    expect(report.durationMs).toBeLessThan(2_000);
  });
});
