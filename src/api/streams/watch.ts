import type { Sql } from '../../db/client.ts';
import { look, type Look } from '../../db/queries/events/live.ts';
import type { Log } from '../../log.ts';

/** Between two looks; as often as the progress of a sync is noted. */
const EVERY_MS = 500;

export interface Watch {
  /** The next look at the database; undefined once the signal is aborted. */
  next(signal: AbortSignal): Promise<Look | undefined>;
}

/**
 * Looks at the database twice a second for as long as somebody follows, once for all of them: what happens is told
 * whichever node did it. While the database is away nobody hears anything.
 */
export function openWatch(sql: Sql, log: Log): Watch {
  const waiting = new Set<(seen: Look) => void>();
  let timer: NodeJS.Timeout | undefined;

  async function tick(): Promise<void> {
    const seen = await look(sql).catch((error: unknown) => {
      log.warn({ err: error }, 'events cannot be followed for the moment');
    });
    timer = undefined;
    if (seen) for (const tell of [...waiting]) tell(seen);
    if (waiting.size > 0) start();
  }

  function start(): void {
    timer ??= setTimeout(() => void tick(), EVERY_MS);
  }

  return {
    next: (signal) =>
      new Promise((resolve) => {
        const end = (seen?: Look) => {
          waiting.delete(end);
          signal.removeEventListener('abort', onAbort);
          resolve(seen);
        };
        const onAbort = () => end();
        if (signal.aborted) {
          end();
          return;
        }
        signal.addEventListener('abort', onAbort);
        waiting.add(end);
        start();
      }),
  };
}
