import type { Kind } from '../model/kind.ts';

/** What strategies are played against. Times are ms since the world began, regions are counted from 0. */
export interface World {
  /** Codes of the regions. */
  readonly regions: readonly string[];
  readonly clients: number;
  readonly durationMs: number;
  /** The truth holds for so long. */
  readonly stepMs: number;
  client(index: number): ClientWorld;
}

/** The network as one client has it. Pure: the same question has the same answer. */
export interface ClientWorld {
  /**
   * By region and step: the round trip that a user would get on average then, without the noise of one probe.
   * `Infinity` while its connections do not work, whatever probes say.
   */
  readonly truthMs: readonly ArrayLike<number>[];
  /** What the `attempt`-th probe of a report meets that leaves at that instant: its round trip, or `Infinity` where it is lost. */
  probe(region: number, atMs: number, attempt: number, kind: Kind): number;
  /** What the client is told of. In order. */
  readonly events?: readonly WorldEvent[];
}

export type WorldEvent =
  /** The machine knows that it is on another network: evidence of the old one is not shown to the strategy. */
  | { readonly type: 'network'; readonly atMs: number; readonly id: string }
  /** Asleep from `atMs` on: no report until it wakes, which it notices. Time asleep counts for no measure. */
  | { readonly type: 'sleep'; readonly atMs: number; readonly forMs: number };

/** The step that an instant lies in. */
export const stepAt = ({ stepMs }: Pick<World, 'stepMs'>, atMs: number, steps: number): number => Math.max(0, Math.min(steps - 1, Math.floor(atMs / stepMs)));
