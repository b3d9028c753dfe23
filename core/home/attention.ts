/** How closely a connection is watched. */
export interface Attention {
  /** A ping after so long without a sign of life, ms. */
  readonly everyMs: number;
  /** A dead connection is known so long after its last sign of life, ms, where its round trip allows it. */
  readonly knownWithinMs: number;
  /**
   * When the connection is cut, or its relay says that it restarts, the next relay is connected to within so long, at random, ms: all
   * clients of a relay lose it in one moment, and should not come to the next in one moment. Default 0: at once.
   */
  readonly spreadMs?: number;
}

/** By name: `live` and `idle` always, `auto` live while there is traffic. */
export type AttentionSetting = 'auto' | 'live' | 'idle' | Attention;

export const attentions: { readonly live: Attention; readonly idle: Attention } = {
  live: { everyMs: 500, knownWithinMs: 1_300 },
  // A silence may take as long to be noticed, so that the spread makes the worst no worse.
  idle: { everyMs: 5_000, knownWithinMs: 6_000, spreadMs: 5_000 },
};

/** With `auto`, a home that had traffic so recently is watched as `live`. */
const liveForMs = 30_000;

/** A ping counts as missed after three of the connection's own round trips, within these bounds. */
const leastMissMs = 250;
const mostMissMs = 1_000;

/** How long an answer may take, ms. */
export const missAfterMs = (rttMs: number): number => Math.min(mostMissMs, Math.max(leastMissMs, 3 * rttMs));

/**
 * When a connection whose ping is unanswered is dead: after two misses, since TCP sends a lost segment again only after 200 ms
 * and a round trip; sooner where `knownWithinMs` is over; but never before one miss.
 */
export const deadAtMs = (pingedAtMs: number, heardAtMs: number, rttMs: number, { knownWithinMs }: Attention): number =>
  Math.max(pingedAtMs + missAfterMs(rttMs), Math.min(pingedAtMs + 2 * missAfterMs(rttMs), heardAtMs + knownWithinMs));

/** The attention that a setting means now. `isHome`: others are only kept until they are idle. */
export function attentionOf(setting: AttentionSetting, isHome: boolean, unusedMs: number): Attention {
  if (!isHome) return attentions.idle;
  if (typeof setting === 'object') return setting;
  if (setting === 'auto') return unusedMs < liveForMs ? attentions.live : attentions.idle;
  return attentions[setting];
}

/** @throws RangeError on what is no such setting: a connection would be pinged without a pause, or never */
export function checkAttention(setting: AttentionSetting): void {
  const isOne = typeof setting === 'object' ? setting.everyMs > 0 && setting.knownWithinMs > 0 && (setting.spreadMs ?? 0) >= 0 : setting === 'auto' || Object.hasOwn(attentions, setting);
  if (!isOne) throw new RangeError(`attention: must be auto, live, idle, or times above 0, is ${JSON.stringify(setting)}`);
}
