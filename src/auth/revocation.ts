import { reachable } from '../db/client.ts';
import type { Log } from '../log.ts';

const LOOK_MS = 2000;

/**
 * Ends what a credential or an API key has open within seconds of its revocation, or of the suspension or deletion of
 * its tenant, whichever node did it: while anything is open, one query every two seconds asks who lost access.
 * @param withoutAccess which of these ids have lost it
 */
export function watchRevocation(withoutAccess: (ids: readonly string[]) => Promise<string[]>, log: Log) {
  const open = new Map<string, Set<() => void>>();
  let looking = false;

  async function look(): Promise<void> {
    if (looking || open.size === 0) return;
    looking = true;
    try {
      for (const id of await reachable(withoutAccess([...open.keys()]))) for (const end of open.get(id) ?? []) end();
    } catch (error) {
      log.warn({ err: error }, 'whether what is open still has access could not be asked; it is asked again');
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return {
    /** Calls `end` once access is lost. Returns what ends the watch. */
    watch(id: string, end: () => void): () => void {
      const ends = open.get(id) ?? new Set();
      open.set(id, ends.add(end));
      return () => {
        ends.delete(end);
        if (ends.size === 0 && open.get(id) === ends) open.delete(id);
      };
    },
    close: () => clearInterval(timer),
  };
}
