import { isLocal } from '../../core/model/map.ts';
import { createPicker, fake, systemClock, type Listener, type Picker, type PickerEvent, type RegionId, type RelayMap, type RelayNode } from '../../universal/index.ts';
import { askEdge } from '../../universal/edge.ts';
import { nodeChecks } from '../checks/index.ts';
import { getText } from '../get-text.ts';
import { nodeNetwork } from '../network/network.ts';
import { fileStore } from '../store/file.ts';
import { createResolver, nodeTransports, stun as createStun } from '../transports/index.ts';
import { UsageError } from './errors.ts';
import type { LoadedMap } from './map-source.ts';
import { narrow } from './narrow.ts';
import type { MeasureOptions } from './options.ts';

/** A picker on this machine, made from the command's flags. It closes the map. */
export interface Session {
  readonly picker: Picker;
  readonly map: RelayMap;
  /** Region id of `--force`. */
  readonly pin?: RegionId;
  close(): Promise<void>;
}

export async function openSession(options: MeasureOptions, loaded: LoadedMap, listenersFor: (map: RelayMap) => readonly Listener<PickerEvent>[]): Promise<Session> {
  try {
    const { map } = loaded;
    const clock = systemClock();
    const network = nodeNetwork();
    const pin = readForce(options.force, map);
    const fakes = fakeNodes(options.fake, map);
    const trace = options.trace === undefined ? undefined : (await import('./trace-file.ts')).traceFile(options.trace, { strategy: options.strategy, addresses: options.traceAddresses });
    const resolver = createResolver();
    const stun = createStun({ resolver });
    await stun.open();
    const listeners = [...listenersFor(map), ...(trace ? [trace.onEvent] : [])];
    const onEvent: Listener<PickerEvent> = (event) => {
      for (const listener of listeners) listener(event);
    };
    const asked = options.edge === undefined ? undefined : askEdge(options.edge, Promise.resolve(map), { get: getText, note: (code, message) => onEvent({ type: 'note', at: Date.now(), code, message }) });
    const picker = createPicker({
      map, clock, onEvent,
      ...(asked && { prior: asked.prior }),
      mapSource: loaded.source,
      transports: [fake((node) => fakes.get(node), clock), ...nodeTransports({ insecure: options.insecure, resolver, stun })],
      strategy: narrow(options.strategy, options),
      network: options.family === undefined ? network : { ...network, families: () => ({ v4: options.family === 4, v6: options.family === 6 }) },
      checks: nodeChecks(options.checks.filter((name) => name !== 'portmap' || !isLocal(map)), { stun }),
      ...(options.state !== undefined && { store: fileStore(options.state) }),
      ...(pin !== undefined && { preferences: { pin } }),
    });
    return {
      picker, map,
      ...(pin !== undefined && { pin }),
      async close() {
        asked?.end();
        await picker.close();
        await loaded.close();
        trace?.close();
      },
    };
  } catch (error) {
    await loaded.close();
    throw error;
  }
}

function readForce(force: string | undefined, map: RelayMap): RegionId | undefined {
  if (force === undefined) return undefined;
  const region = map.regions.find(({ id }) => id === force) ?? map.regions.find(({ code }) => code === force);
  if (!region) throw new UsageError(`--force ${force}: the map has no region of that id or code`);
  return region.id;
}

/** Latencies by region code as latencies by node: names alone would answer for their like in another region. */
function fakeNodes(fakes: Readonly<Record<string, number>>, map: RelayMap): Map<RelayNode, number> {
  const nodes = new Map<RelayNode, number>();
  for (const [code, ms] of Object.entries(fakes)) {
    const region = map.regions.find((candidate) => candidate.code === code);
    if (!region) throw new UsageError(`--fake ${code}: the map has no region of that code`);
    for (const node of region.nodes) nodes.set(node, ms);
  }
  return nodes;
}
