import type { Foundation } from '../../main/foundation.ts';
import { openPull } from '../../main/pull.ts';
import { anyNodeLives } from '../../queue/node.ts';
import { startSyncing } from '../../sync/syncing.ts';
import { retain } from '../../transfer/retain.ts';
import { interruptible } from '../interruption.ts';

const GRACE_MS = 30_000;

/** Runs `work` while a queue worker is at work: a running server's, else one of our own. */
export async function withWorker<T>(foundation: Foundation, work: () => Promise<T>): Promise<T> {
  if (await anyNodeLives(foundation.database)) return work();
  const { database, spool, events, log, config } = foundation;
  const syncing = startSyncing({
    ...{ database, spool, pull: openPull(foundation), events, log, concurrency: config.concurrency },
    sweep: () => retain(foundation, config),
  });
  try {
    return await work();
  } finally {
    await syncing.stop(interruptible().aborted ? 0 : GRACE_MS);
  }
}
