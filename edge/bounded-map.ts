/** A map that forgets what was used long ago when it is full, so that no number of clients fills the memory. */
export interface BoundedMap<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  readonly size: number;
}

/**
 * Never holds more than `most` (at least 2), and always the half of that which was used last. In two halves: the one that
 * fills, and the one before, which goes when the first is full. Taking the oldest out of one map one by one costs four times as much.
 */
export function createBoundedMap<K, V>(most: number): BoundedMap<K, V> {
  const half = Math.max(1, most >> 1);
  let newer = new Map<K, V>();
  let older = new Map<K, V>();
  const put = (key: K, value: V): void => {
    if (newer.size >= half) {
      older = newer;
      newer = new Map();
    }
    newer.set(key, value);
  };
  return {
    get(key) {
      const value = newer.get(key);
      if (value !== undefined || older.size === 0) return value;
      const found = older.get(key);
      if (found === undefined) return undefined;
      older.delete(key);
      put(key, found);
      return found;
    },
    set(key, value) {
      if (newer.has(key)) {
        newer.set(key, value);
        return;
      }
      older.delete(key);
      put(key, value);
    },
    get size() { return newer.size + older.size; },
  };
}
