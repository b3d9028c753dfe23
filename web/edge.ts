import type { Prior } from '../core/model/context.ts';
import type { RelayMap } from '../core/model/map.ts';
import type { EdgeSource } from '../universal/edge-url.ts';

/** A hint on its way. `end`: it is no longer of use. */
export interface Hint {
  readonly prior: Promise<Prior | undefined>;
  end(): void;
}

/** Asks the edge. What does so is loaded where there is an edge. Never rejects: what goes wrong is a note. */
export function hintOf(edge: EdgeSource, map: Promise<RelayMap>, { signal, note }: { readonly signal?: AbortSignal | undefined; readonly note: (code: string, message: string) => void }): Hint {
  const end = new AbortController();
  const bound = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
  const prior = import('../universal/edge.ts').then(({ askEdge }) => askEdge(edge, map, { signal: bound, note })).catch((error: unknown) => {
    if (!bound.aborted) note('edge', `no hint from the edge: what asks for it does not load (${String(error)})`);
    return undefined;
  });
  return { prior, end: () => end.abort() };
}
