import { ProbeFailure } from '../../core/errors.ts';
import type { Family } from '../../core/model/kind.ts';
import type { RelayNode } from '../../core/model/map.ts';
import type { Resolver } from './resolve.ts';

/** Where a probe goes. */
export interface Place {
  readonly address: string;
  readonly family: Family;
}

/** The map's word on an address of the family: text, `dns`, or undefined for none. `addressOf` and `stunAddressOf` are two. */
export type AddressOf = (node: RelayNode, family: Family) => string | undefined;

/** Whether the map leaves room for any address at all. */
export const hasPlace = (node: RelayNode, addressOf: AddressOf): boolean => addressOf(node, 4) !== undefined || addressOf(node, 6) !== undefined;

/** The place where the map tells it and DNS need not be asked. */
export function knownPlace(node: RelayNode, family: Family | undefined, addressOf: AddressOf): Place | undefined {
  for (const candidate of candidates(family)) {
    const address = addressOf(node, candidate);
    if (address === 'dns') return undefined;
    if (address !== undefined) return { address, family: candidate };
  }
  return undefined;
}

/**
 * The address to probe: the map's, else DNS's. Without a family, IPv4 if there is one, since more paths carry it.
 * Rejects with a `ProbeFailure`: `dns` if the node has no address of the family.
 */
export async function locate(node: RelayNode, family: Family | undefined, addressOf: AddressOf, resolver: Resolver, signal: AbortSignal): Promise<Place> {
  let failure = new ProbeFailure('dns', `${node.name} has no ${family === undefined ? '' : `IPv${family} `}address`, false);
  for (const candidate of candidates(family)) {
    const address = addressOf(node, candidate);
    if (address === undefined) continue;
    if (address !== 'dns') return { address, family: candidate };
    try {
      return { address: await resolver.resolve(node.host, candidate, signal), family: candidate };
    } catch (error) {
      if (!(error instanceof ProbeFailure) || signal.aborted) throw error;
      failure = error;
    }
  }
  throw failure;
}

const both: readonly Family[] = [4, 6];
const candidates = (family: Family | undefined): readonly Family[] => (family === undefined ? both : [family]);
