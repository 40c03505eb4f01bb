import { type Database, reachable } from '../db/client.ts';
import { withoutAccess } from '../db/sign-in.ts';
import type { Log } from '../log.ts';

const LOOK_MS = 2000;

/**
 * Ends what a credential has open within seconds of its revocation, or of the suspension or deletion of its tenant,
 * whichever node did it: while anything is open, one query every two seconds asks who lost access.
 */
export function watchRevocation(database: Database, log: Log) {
  const open = new Map<string, Set<() => void>>();
  let looking = false;

  async function look(): Promise<void> {
    if (looking || open.size === 0) return;
    looking = true;
    try {
      for (const id of await reachable(withoutAccess(database, [...open.keys()])))
        for (const end of open.get(id) ?? []) end();
    } catch (error) {
      log.warn({ err: error }, 'whether open sessions still have access could not be asked; it is asked again');
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return {
    /** Calls `end` once the credential has lost access. Returns what ends the watch. */
    watch(credentialId: string, end: () => void): () => void {
      const ends = open.get(credentialId) ?? new Set();
      open.set(credentialId, ends.add(end));
      return () => {
        ends.delete(end);
        if (ends.size === 0 && open.get(credentialId) === ends) open.delete(credentialId);
      };
    },
    close: () => clearInterval(timer),
  };
}
