import type { RelayMap } from '../../../core/model/map.ts';
import { nearest } from '../../../web/index.ts';

declare const labMap: RelayMap;

/** What a first measurement found. */
export interface Found {
  /** Its code. */
  readonly home: string | undefined;
  readonly sure: number;
}

/** As a page that starts up: for so long its thread is taken for 20 to 80 ms, again and again, with short gaps. */
function startUp(forMs: number): void {
  const endMs = performance.now() + forMs;
  const work = (): void => {
    const untilMs = performance.now() + 20 + 60 * Math.random();
    while (performance.now() < untilMs);
    if (performance.now() < endMs) setTimeout(work, 15 * Math.random());
  };
  setTimeout(work, 15 * Math.random());
}

/** One first measurement, with the map's regions in that order, in a page that knows nothing and is busy for so long. */
export async function firstHome(codes: readonly string[], busyMs: number): Promise<Found> {
  localStorage.clear();
  startUp(busyMs);
  const regions = [...labMap.regions].sort((a, b) => codes.indexOf(a.code) - codes.indexOf(b.code));
  const { home, decision } = await nearest({ map: { ...labMap, regions } });
  return { home: home?.region.code, sure: decision.sure };
}
