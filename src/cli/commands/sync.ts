import type { Command } from 'commander';
import { syncView } from '../../admin/sync-view.ts';
import { forScripts } from '../../admin/wording.ts';
import type { Database } from '../../db/client.ts';
import { changesOf, listSyncs, type SyncWithFiles } from '../../db/queries/syncs/syncs.ts';
import type { RowChange } from '../../model/sync.ts';
import { summaryText } from '../../report/summary.ts';
import { doubtsAmong } from '../../validate/messages.ts';
import { runs, withFoundation } from '../command.ts';
import { table } from '../output.ts';
import { reportOf } from '../stored-report.ts';
import { addApprove, addDiscard, addReplay, addRevert } from './sync-decide.ts';
import { addNow } from './sync-now.ts';
import { countsText } from '../counts-text.ts';
import { addWatch } from './sync-watch.ts';
import { knownSync, knownTenant } from '../known.ts';
import * as values from '../values.ts';

export function addSync(program: Command): void {
  const sync = program.command('sync').description('passes from uploads to rows');
  addNow(sync);
  addList(sync);
  addShow(sync);
  addWatch(sync);
  addApprove(sync);
  addDiscard(sync);
  addReplay(sync);
  addRevert(sync);
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .description('the latest syncs of a tenant, newest first')
    .argument('<tenant>', '', values.tenantId)
    .option('--limit <n>', 'at most this many', values.count, 50);
  runs<{ limit: number }>(command, ({ args: [tenant = ''], options, output }) =>
    withFoundation(async ({ database }) => {
      await knownTenant(database, tenant);
      const syncs = await listSyncs(database.db, tenant, options.limit);
      output.result(
        syncs.map((sync) => syncView(sync, forScripts)),
        () =>
          syncs.length === 0
            ? `No sync yet: what "${tenant}" sends starts one.`
            : table(['SYNC', 'STATE', 'CREATED', 'FILES', 'COUNTS'], syncs.map(rowOf)),
      );
    }),
  );
}

function rowOf(sync: SyncWithFiles): string[] {
  const { id, state, incomplete, createdAt, files, reverts, revertedBy } = sync;
  const names = [...new Set(files.map(({ name }) => name))].join(', ');
  const doubts = doubtsAmong(files.flatMap(({ warnings }) => warnings));
  const notes = [
    ...(incomplete ? ['incomplete'] : []),
    ...(doubts > 0 ? [`${doubts} ${doubts === 1 ? 'doubt' : 'doubts'}`] : []),
    ...(revertedBy === null ? [] : [`reverted by ${revertedBy}`]),
  ];
  const said = state + notes.map((note) => ` (${note})`).join('');
  const did = reverts === null ? countsText(files) : `reverts ${reverts}`;
  return [String(id), said, createdAt.toISOString(), names, did];
}

function addShow(parent: Command): void {
  const command = parent
    .command('show')
    .description('the report of a sync, and the rows that it changed')
    .argument('<sync>', '', values.syncId)
    .option('--changes <n>', 'at most this many changed rows of each kind', values.count, 20);
  runs<{ changes: number }>(command, ({ args: [id = ''], options, output }) =>
    withFoundation(async ({ database }) => {
      const sync = await knownSync(database, Number(id));
      const changes = await changesIn(database, sync, options.changes);
      const report = await reportOf(database, sync);
      output.result({ ...syncView(sync, forScripts), changes }, () => [
        summaryText(report).trimEnd(),
        ...changeLines(sync, changes),
      ]);
    }),
  );
}

/** What an applied sync did, or any other would do. */
async function changesIn({ sql }: Database, sync: SyncWithFiles, limit: number): Promise<RowChange[]> {
  if (sync.state !== 'applied') return (sync.preview ?? []).slice(0, limit);
  return changesOf(sql, sync.tenantId, sync.id, limit);
}

function changeLines({ state }: SyncWithFiles, changes: readonly RowChange[]): string[] {
  if (changes.length === 0) return [];
  const done = state === 'applied';
  const title = done ? 'Rows changed (values before → after, the first of each kind):' : 'Rows it would change:';
  return ['', title, ...changes.map((change) => `  ${change.dataset} ${change.change} ${rowText(change, done)}`)];
}

/** @param whole the values before are of the whole row, without what was nothing; else of what would change alone */
function rowText({ before, after }: RowChange, whole: boolean): string {
  const names = ['client_code', 'piece_number', 'contact_id', 'name', 'last_name', 'amount'];
  const row = after ?? before ?? {};
  const who = names
    .flatMap((name) => (typeof row[name] === 'string' || typeof row[name] === 'number' ? [String(row[name])] : []))
    .join(' ');
  if (!before || !after) return who;
  const said = (values: Record<string, unknown>, name: string): string => JSON.stringify(values[name] ?? null);
  const columns = whole ? [...new Set([...Object.keys(before), ...Object.keys(after)])] : Object.keys(before);
  const changed = columns.filter((name) => said(before, name) !== said(after, name));
  return `${who}: ${changed.map((name) => `${name} ${said(before, name)} → ${said(after, name)}`).join(', ')}`;
}
