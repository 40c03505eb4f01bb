/**
 * Lets as many attempts under one name be judged at once as may still fail, since each of them might: whoever guesses
 * in parallel gets no more guesses than one after the other. The others wait, in their order.
 */
export function openTurns() {
  const judged = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  const countOf = (name: string): number => judged.get(name) ?? 0;

  function pass(name: string, most: () => number): void {
    const queue = waiting.get(name) ?? [];
    while (queue.length > 0 && countOf(name) < most()) {
      judged.set(name, countOf(name) + 1);
      queue.shift()?.();
    }
    if (queue.length === 0) waiting.delete(name);
  }

  return {
    /**
     * @param most attempts that may still fail, asked anew as others end; at least 1
     * @returns what ends the turn
     */
    async take(name: string, most: () => number): Promise<() => void> {
      const queue = waiting.get(name) ?? [];
      waiting.set(name, queue);
      const mine = new Promise<void>((resolve) => queue.push(resolve));
      pass(name, most);
      await mine;
      return () => {
        const left = countOf(name) - 1;
        if (left > 0) judged.set(name, left);
        else judged.delete(name);
        pass(name, most);
      };
    },
  };
}
