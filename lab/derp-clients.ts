import type { Link } from '../derp/link.ts';

/** A client that is logged in: one connection. */
export interface RelayClient {
  readonly key: Uint8Array;
  /** The key as text: what it is looked up by. */
  readonly name: string;
  readonly link: Link;
  /** Whom it sent packets to, by name: they are told when it leaves. */
  readonly partners: Map<string, Uint8Array>;
  isPreferred: boolean;
}

/** Who is logged in at one relay. */
export interface RelayClients {
  add(client: RelayClient): void;
  remove(client: RelayClient): void;
  /** Of several connections with one key, the one that spoke last: that is where its owner listens. */
  find(name: string): RelayClient | undefined;
  /** It speaks. */
  touch(client: RelayClient): void;
  all(): Iterable<RelayClient>;
  readonly count: number;
  readonly preferred: number;
}

export function createRelayClients(): RelayClients {
  /** By name, the one that spoke last at the end. */
  const byName = new Map<string, RelayClient[]>();
  const all = new Set<RelayClient>();

  return {
    add(client) {
      all.add(client);
      byName.set(client.name, [...(byName.get(client.name) ?? []), client]);
    },
    remove(client) {
      all.delete(client);
      const others = byName.get(client.name)?.filter((other) => other !== client) ?? [];
      if (others.length > 0) byName.set(client.name, others);
      else byName.delete(client.name);
    },
    find: (name) => byName.get(name)?.at(-1),
    touch(client) {
      const ofName = byName.get(client.name);
      if (ofName && ofName.at(-1) !== client) byName.set(client.name, [...ofName.filter((other) => other !== client), client]);
    },
    all: () => all,
    get count() { return all.size; },
    get preferred() { return [...all].filter(({ isPreferred }) => isPreferred).length; },
  };
}
