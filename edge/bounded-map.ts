/** A map that forgets what was used longest ago when it is full, so that no number of clients fills the memory. */
export interface BoundedMap<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  readonly size: number;
}

interface Entry<K, V> {
  readonly key: K;
  value: V;
  older: Entry<K, V> | undefined;
  newer: Entry<K, V> | undefined;
}

/**
 * A Map keeps the order in which keys came, and a used one could be put at its end. But looking for the first one walks over
 * the gaps of those that went, and an iterator that is kept holds on to all that the Map has outgrown: hence a list.
 */
export function createBoundedMap<K, V>(most: number): BoundedMap<K, V> {
  const entries = new Map<K, Entry<K, V>>();
  let oldest: Entry<K, V> | undefined;
  let newest: Entry<K, V> | undefined;

  function unlink({ older, newer }: Entry<K, V>): void {
    if (older) older.newer = newer;
    else oldest = newer;
    if (newer) newer.older = older;
    else newest = older;
  }

  function append(entry: Entry<K, V>): void {
    entry.older = newest;
    entry.newer = undefined;
    if (newest) newest.newer = entry;
    else oldest = entry;
    newest = entry;
  }

  function used(entry: Entry<K, V>): void {
    if (entry === newest) return;
    unlink(entry);
    append(entry);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry) used(entry);
      return entry?.value;
    },
    set(key, value) {
      const known = entries.get(key);
      if (known) {
        known.value = value;
        used(known);
        return;
      }
      const entry = { key, value, older: undefined, newer: undefined };
      entries.set(key, entry);
      append(entry);
      if (entries.size <= most || !oldest) return;
      entries.delete(oldest.key);
      unlink(oldest);
    },
    get size() { return entries.size; },
  };
}
