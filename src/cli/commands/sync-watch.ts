import type { Command } from 'commander';
import { syncView } from '../../admin/sync-view.ts';
import { forScripts } from '../../admin/wording.ts';
import type { SyncWithFiles } from '../../db/queries/syncs/syncs.ts';
import type { Foundation } from '../../main/foundation.ts';
import { runs, withFoundation } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { pauseUnlessInterrupted } from '../interruption.ts';
import { knownSync } from '../known.ts';
import { progressDisplay } from '../progress.ts';
import { summaryText } from '../../report/summary.ts';
import { reportOf } from '../stored-report.ts';
import * as values from '../values.ts';

const LOOK_MS = 200;
/** Without any change for this long nobody works on the sync. */
const SILENCE_MS = 120_000;

export function addWatch(parent: Command): void {
  const command = parent.command('watch').description('follow a sync until it is finished, then print its report');
  runs(command.argument('<sync>', '', values.syncId), ({ args: [id = ''], output }) =>
    withFoundation(async (foundation) => {
      const sync = await untilFinished(foundation, Number(id), output.json);
      const report = await reportOf(foundation.database, sync);
      output.result(syncView(sync, forScripts), () => summaryText(report).trimEnd());
    }),
  );
}

const pauseText = ({ error }: SyncWithFiles, until: Date): string =>
  `fetching failed (${error?.message ?? ''}) and is tried again at ${until.toISOString()}`;

/** Follows a sync to its end, with a bar at a terminal. @throws CommandFailure where it is unknown or nothing happens */
export async function untilFinished({ database }: Foundation, id: number, quiet: boolean): Promise<SyncWithFiles> {
  const display = progressDisplay(quiet);
  let seen = '';
  let changed = Date.now();
  try {
    for (;;) {
      const sync = await knownSync(database, id);
      if (sync.state !== 'queued' && sync.state !== 'running') return sync;
      const now = JSON.stringify([sync.state, sync.attempts, sync.progress]);
      if (now !== seen) changed = Date.now();
      seen = now;
      const { state, notBefore } = sync;
      const pauses = state === 'queued' && notBefore !== null && notBefore.getTime() > Date.now();
      if (pauses) changed = Date.now();
      display.show(pauses ? pauseText(sync, notBefore) : state, sync.progress);
      if (Date.now() - changed > SILENCE_MS)
        throw new CommandFailure(
          `Sync ${id} is ${sync.state} and nothing happens: is a server running (arrivage serve)?`,
        );
      await pauseUnlessInterrupted(LOOK_MS);
    }
  } finally {
    display.end();
  }
}
