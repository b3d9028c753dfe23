import { createHome, type Home, type HomeEvent, type RelayMap } from '../../universal/index.ts';
import { derpStream } from '../derp-stream.ts';
import { UsageError } from './errors.ts';
import type { MeasureOptions } from './options.ts';
import type { Session } from './session.ts';

/** Throws `UsageError` where the map has nothing that `--connect` could connect to. */
export function checkConnectable(map: RelayMap): void {
  const serves = map.regions.some((region) => region.nodes.some((node) => node.derp !== undefined && !node.stunOnly));
  if (!serves) throw new UsageError('--connect: no relay of the map serves DERP');
}

/** What `watch --connect` holds: a verified connection to the home, watched closely. Somebody else watches the picker. */
export async function openWatchedHome({ picker }: Pick<Session, 'picker'>, { insecure, family }: Pick<MeasureOptions, 'insecure' | 'family'>, onEvent: (event: HomeEvent) => void): Promise<Home> {
  // Loaded when asked for: it has cryptography, which nothing else of the command needs.
  const { connectDerpHome } = await import('../../derp/index.ts');
  const connect = connectDerpHome({ stream: (node, options) => {
    if (!node.derp) throw new Error(`${node.name} does not serve DERP`);
    return derpStream(node, { ...options, insecure, ...(family !== undefined && { family }) });
  } });
  return createHome({ picker, connect, attention: 'live', watch: false, onEvent });
}
