import { within } from './within.ts';

export interface RememberOptions {
  /** Epoch ms. */
  readonly wall: () => number;
  /** So long what was made serves all who ask. */
  readonly maxAgeMs: number;
  /** So long a new one is waited for. */
  readonly waitMs: number;
  /** What is not older is given where a new one takes longer, or cannot be made. */
  readonly oldAgeMs: number;
  readonly onError?: (error: unknown) => void;
}

export interface Remembered<T> {
  /** What there is, made anew if that is due: once, however many ask. Rejects where there is nothing to give. `onMaking` hears of the work, which goes on behind a wait that ended. */
  get(onMaking?: (work: Promise<unknown>) => void): Promise<T>;
}

/** Something that takes long to make, and that may be some seconds old. */
export function remember<T>(make: () => Promise<T>, { wall, maxAgeMs, waitMs, oldAgeMs, onError }: RememberOptions): Remembered<T> {
  let known: { readonly at: number; readonly value: T } | undefined;
  let making: Promise<T> | undefined;
  /** A clock that was set back makes it old. */
  const isYounger = (ageMs: number): boolean => known !== undefined && wall() >= known.at && wall() - known.at < ageMs;

  async function makeOne(): Promise<T> {
    try {
      const value = await make();
      known = { at: wall(), value };
      return value;
    } finally {
      making = undefined;
    }
  }

  return {
    async get(onMaking) {
      if (known && isYounger(maxAgeMs)) return known.value;
      making ??= makeOne();
      onMaking?.(making.catch(() => {}));
      try {
        return await within(making, waitMs);
      } catch (error) {
        onError?.(error);
        if (known && isYounger(oldAgeMs)) return known.value;
        throw error;
      }
    },
  };
}
