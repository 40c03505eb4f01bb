import { counter } from '../base/counter.ts';

/**
 * Lets as many attempts under one name be judged at once as may still fail, since each of them might: whoever guesses
 * in parallel gets no more guesses than one after the other. The others wait, in their order.
 */
export function openJudging() {
  const judged = counter();
  const waiting = new Map<string, ((leave: () => void) => void)[]>();

  function pass(name: string, most: () => number): void {
    const queue = waiting.get(name) ?? [];
    while (queue.length > 0 && judged.of(name) < most()) queue.shift()?.(judged.take(name));
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
      const mine = new Promise<() => void>((resolve) => queue.push(resolve));
      pass(name, most);
      const leave = await mine;
      return () => {
        leave();
        pass(name, most);
      };
    },
  };
}
