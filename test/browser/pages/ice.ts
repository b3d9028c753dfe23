import type { Family } from '../../../core/model/kind.ts';
import type { RelayMap, RelayNode } from '../../../core/model/map.ts';
import type { Sample } from '../../../core/model/sample.ts';
import type { IceTransport } from '../../../web/transports/ice.ts';
import { ice } from '../../../web/transports/ice.ts';

declare const labMap: RelayMap;

let transport: IceTransport | undefined;

/** A sample, or the code that the probe failed with. */
export type Outcome = Sample | { readonly code: string; readonly sent: boolean };

export async function open(): Promise<void> {
  transport = ice();
  await transport.open();
}

export function close(): void {
  void transport?.close();
  transport = undefined;
}

/** Asks each relay once, all at the same time; those that have not answered after so long are given up. */
export function probe(codes: readonly string[], { withinMs = 10_000, family, change = {} }: { withinMs?: number; family?: Family; change?: Partial<RelayNode> } = {}): Promise<Outcome[]> {
  const own = transport ??= ice();
  return Promise.all(codes.map(async (code) => {
    const node = labMap.regions.find((region) => region.code === code)?.nodes[0];
    if (!node) throw new Error(`no relay ${code}`);
    try {
      return await own.probe({ ...node, ...change }, { ...(family !== undefined && { family }), signal: AbortSignal.timeout(withinMs) });
    } catch (error) {
      const { code, sent } = error as { code: string; sent: boolean };
      return { code, sent };
    }
  }));
}

/** So many rounds one after the other. */
export async function rounds(count: number, codes: readonly string[], withinMs?: number): Promise<Outcome[][]> {
  const all: Outcome[][] = [];
  for (let round = 0; round < count; round++) all.push(await probe(codes, withinMs === undefined ? {} : { withinMs }));
  return all;
}

/** Opens and closes so many transports, each with all its connections. */
export async function openAndClose(count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    await open();
    close();
  }
}
