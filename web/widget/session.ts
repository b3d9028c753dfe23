import { isRelayMapError } from '../../core/errors.ts';
import { createLoop, type Picker } from '../../core/picker/picker.ts';
import { systemClock, type PickerEvent, type RegionId, type RelayMap } from '../../universal/index.ts';
import { askEdge, edgeUrl } from '../../universal/edge.ts';
import { httpsUrl, isMixed } from '../mixed-content.ts';
import { webNetwork } from '../network.ts';
import { pageStretch } from '../pace.ts';
import { localStore } from '../store.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Emit, WidgetErrorCode } from './events.ts';
import { createHistory } from './history.ts';
import { readInterval, readMap, readStrategy, readTransports, type Settings } from './settings.ts';
import type { Situation } from './view-model.ts';

/** A map that did not come is asked for again after so long. */
const mapRetryMs = 30_000;

export interface SessionListener {
  readonly emit: Emit;
  readonly show: (situation: Situation) => void;
}

/** Measures for as long as the signal does not abort, by settings that do not change. Never rejects: what goes wrong is told. */
export async function runSession(settings: Settings, signal: AbortSignal, { emit, show }: SessionListener): Promise<void> {
  const history = createHistory();
  const network = webNetwork();
  let situation: Situation = { history };
  let told: RegionId | undefined;

  function change(news: Partial<Situation>): void {
    situation = { ...situation, ...news };
    if (!signal.aborted) show(situation);
  }

  function fail(code: WidgetErrorCode, cause: unknown): void {
    if (signal.aborted) return;
    const message = cause instanceof Error ? cause.message : String(cause);
    change({ obstacle: 'error', error: message });
    emit('error', { code, message, ...(isRelayMapError(cause) && cause.path && { path: cause.path }), cause });
  }

  function onEvent(map: RelayMap, event: PickerEvent): void {
    if (signal.aborted || (event.type !== 'provisional' && event.type !== 'report')) return;
    const { decision, report } = event;
    const region = map.regions.find(({ id }) => id === decision.home);
    const detail = { decision, report, ...(region && { region }) };
    if (event.type === 'provisional') {
      change({ decision, report });
      emit('provisional', detail);
      return;
    }
    history.add(report);
    const hasMoved = decision.home !== told;
    const previous = told;
    told = decision.home;
    change({ decision, report, ...(hasMoved && { homeSince: report.at }) });
    emit('report', { ...detail, timing: event.timing });
    if (hasMoved) emit('decision', { ...detail, ...(previous !== undefined && { previous }) });
  }

  /** Undefined: it cannot be used, which was told. */
  async function untilMap(source: string | object): Promise<Awaited<ReturnType<typeof readMap>> | undefined> {
    while (!signal.aborted) {
      try {
        return await readMap(source, signal);
      } catch (error) {
        const isLost = isRelayMapError(error) && error.code === 'fetch';
        fail(isLost ? 'fetch' : 'map', error);
        if (!isLost) break;
        await systemClock().sleep(mapRetryMs, signal);
      }
    }
    return undefined;
  }

  const source = settings.map || (settings.edge && edgeUrl(settings.edge, '/v1/relays'));
  if (!source) return change({ obstacle: 'waiting' });
  change({ obstacle: 'loading' });
  let picker: Picker | undefined;
  let asked: ReturnType<typeof askEdge> | undefined;
  const stopListening = network.onChange(() => change({ offline: !network.online() }));
  try {
    const strategy = await unlessAborted(readStrategy(settings), signal);
    const intervalMs = readInterval(settings);
    const loaded = await untilMap(source);
    if (!loaded) return;
    const { map } = loaded;
    if (map.regions.length === 0) return change({ map, obstacle: 'empty' });
    const isReal = !settings.fake && !settings.transports;
    if (settings.edge && isReal) asked = askEdge(settings.edge, Promise.resolve(map), { signal, note: () => {} });
    picker = createLoop({ ...loaded, ...(asked && { prior: asked.prior }), strategy, network, clock: systemClock(), random: Math.random, transports: readTransports(settings, map), ...(isReal && { store: localStore() }), onEvent: (event) => onEvent(map, event) });
    const refused = map.regions.filter(({ nodes }) => isReal && nodes.some((node) => isMixed(httpsUrl(node)) || isMixed(node.websocket ?? '')));
    change({ map, obstacle: undefined, offline: !network.online(), mixed: refused.map(({ code }) => code) });
    for await (const _picked of picker.watch({ signal, stretch: pageStretch(), ...(intervalMs !== undefined && { intervalMs }) }));
  } catch (error) {
    fail(picker ? 'picker' : 'settings', error);
  } finally {
    stopListening();
    asked?.end();
    await picker?.close();
  }
}
