/** How many hold something, by a key such as an address or a tenant: a key that nobody holds takes no memory. */
export function counter() {
  const counts = new Map<string, number>();
  const change = (key: string, by: number): void => {
    const count = (counts.get(key) ?? 0) + by;
    if (count > 0) counts.set(key, count);
    else counts.delete(key);
  };
  return {
    of: (key: string): number => counts.get(key) ?? 0,
    /** @returns what gives it back; call it once */
    take(key: string): () => void {
      change(key, 1);
      return () => change(key, -1);
    },
  };
}
