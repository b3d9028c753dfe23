import { createPicker, type Decision, type RelayMap, type Timing } from '../../../universal/index.ts';
import { webTransports } from '../../../web/index.ts';

declare const labMap: RelayMap;

/** When one report knew what, ms since it began. */
export interface Run {
  readonly timing: Timing;
  readonly home: string | undefined;
  /** When each region was asked first, by its code. */
  readonly askedMs: Readonly<Record<string, number>>;
  readonly reason: Decision['reason'];
}

/** So many full reports by ICE, one after the other, in one page. */
export async function reports(count: number): Promise<Run[]> {
  const runs: Run[] = [];
  let askedMs: Record<string, number> = {};
  await using picker = createPicker({
    map: labMap,
    transports: webTransports({ kinds: ['ice'] }),
    onEvent(event) {
      if (event.type === 'probe') askedMs[labMap.regions.find(({ id }) => id === event.region)?.code ?? ''] ??= event.atMs;
    },
  });
  for (let run = 0; run < count; run++) {
    askedMs = {};
    const { timing, decision } = await picker.report({ full: true });
    runs.push({ timing, home: labMap.regions.find(({ id }) => id === decision.home)?.code, askedMs, reason: decision.reason });
  }
  return runs;
}
