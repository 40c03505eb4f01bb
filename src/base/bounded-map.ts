/** A map that remembers so much and no more: beyond it, what was set longest ago is forgotten. */
export interface BoundedMap<K, V> {
  get(key: K): V | undefined;
  /** The key counts as set now, also where it is known. */
  set(key: K, value: V): void;
  /** @returns whether it was known */
  delete(key: K): boolean;
}

export function boundedMap<K, V>(most: number): BoundedMap<K, V> {
  /** In the order in which they were set last. */
  const map = new Map<K, V>();
  return {
    get: (key) => map.get(key),
    delete: (key) => map.delete(key),
    set(key, value) {
      map.delete(key);
      map.set(key, value);
      if (map.size <= most) return;
      for (const oldest of map.keys()) {
        map.delete(oldest);
        return;
      }
    },
  };
}
