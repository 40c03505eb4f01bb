import type { Command } from 'commander';
import { requestSync, type SyncRequest } from '../../admin/syncs.ts';
import { syncView } from '../../admin/sync-view.ts';
import { forScripts } from '../../admin/wording.ts';
import { summaryText } from '../../report/summary.ts';
import { adminOf } from '../admin.ts';
import { runs, withFoundation } from '../command.ts';
import { knownTenant } from '../known.ts';
import { refuseBad } from '../refuse-bad.ts';
import { reportOf } from '../stored-report.ts';
import { untilFinished } from './sync-watch.ts';
import * as values from '../values.ts';
import { withWorker } from './worker.ts';

export function addNow(parent: Command): void {
  const command = parent
    .command('now')
    .description('fetch from the tenant’s own server if it has one, import what waits, and print the report')
    .argument('<tenant>', '', values.tenantId)
    .option('--dry-run', 'everything up to the merge, then back')
    .option('--force', 'import even what was imported before')
    .option('--datasets <datasets>', 'only these, such as clients,ecritures', values.datasetList)
    .addHelpText('after', '\nExit code 1: the sync failed or is held, or a file was put aside.');
  runs<SyncRequest>(command, ({ args: [tenantId = ''], options, output }) =>
    withFoundation(async (foundation) => {
      const { database } = foundation;
      const tenant = await knownTenant(database, tenantId);
      const sync = await withWorker(foundation, async () => {
        const { syncId, created } = await requestSync(adminOf(foundation), tenant, options);
        if (!created) output.note(`Sync ${syncId} is under way already: it is the one that is shown.`);
        return untilFinished(foundation, syncId, output.json);
      });
      const report = await reportOf(database, sync);
      output.result(syncView(sync, forScripts), () => summaryText(report).trimEnd());
      refuseBad([sync]);
    }),
  );
}
