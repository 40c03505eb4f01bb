const EVERY_MS = 10_000;

/**
 * For log lines that strangers cause: each kind is told at most every ten seconds, with how many more there were.
 * Kinds are ours, never what a client sent.
 */
export function seldom(now: () => number): (kind: string, tell: (more: number) => void) => void {
  const kinds = new Map<string, { at: number; more: number }>();
  return (kind, tell) => {
    const known = kinds.get(kind);
    if (known && now() - known.at < EVERY_MS) {
      known.more += 1;
      return;
    }
    kinds.set(kind, { at: now(), more: 0 });
    tell(known?.more ?? 0);
  };
}
