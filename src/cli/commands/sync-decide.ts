import type { Command } from 'commander';
import { approveSync, discardSync, replaySync, revertSync } from '../../admin/syncs.ts';
import type { Database } from '../../db/client.ts';
import type { ErrorCode } from '../../errors.ts';
import { anyNodeLives } from '../../queue/node.ts';
import { adminOf } from '../admin.ts';
import { runs, withFoundation } from '../command.ts';
import { saying } from '../failure.ts';
import { knownSync } from '../known.ts';
import type { Output } from '../output.ts';
import * as values from '../values.ts';

/** For `catch`: says of a sync what cannot be done with it, and why. */
function refused(what: string, reasons: Partial<Record<ErrorCode, string>>) {
  const texts = Object.entries(reasons).map(([code, why]) => [code, `${what}: ${why}`]);
  return saying(Object.fromEntries(texts) as typeof reasons);
}

export function addApprove(parent: Command): void {
  const command = parent.command('approve').description('let a held sync pass the guard; it runs again from its files');
  runs(command.argument('<sync>', '', values.syncId), ({ args: [id = ''], output }) =>
    withFoundation(async (foundation) => {
      const { database } = foundation;
      const sync = await knownSync(database, Number(id));
      await approveSync(adminOf(foundation), sync).catch(
        refused(`Sync ${sync.id} cannot be approved`, {
          sync_not_held: 'it waits for no decision.',
          sync_overtaken:
            'a later export has been imported since. Discard it; a replay of it imports its files all the same.',
        }),
      );
      const value = { id: sync.id, tenant: sync.tenantId, state: 'queued' };
      output.result(value, () => `Sync ${sync.id} is approved and queued.`);
      await noteIfIdle(database, output);
    }),
  );
}

export function addDiscard(parent: Command): void {
  const command = parent.command('discard').description('give a held sync up; nothing of it is imported');
  runs(command.argument('<sync>', '', values.syncId), ({ args: [id = ''], output }) =>
    withFoundation(async (foundation) => {
      const sync = await knownSync(foundation.database, Number(id));
      await discardSync(adminOf(foundation), sync).catch(
        saying({ sync_not_held: `Sync ${sync.id} is ${sync.state}: only a held sync can be discarded.` }),
      );
      const value = { id: sync.id, tenant: sync.tenantId, state: 'discarded' };
      output.result(value, () => `Sync ${sync.id} is discarded.`);
    }),
  );
}

export function addReplay(parent: Command): void {
  const command = parent.command('replay').description('import the files of a sync once more, even what is unchanged');
  runs(command.argument('<sync>', '', values.syncId), ({ args: [id = ''], output }) =>
    withFoundation(async (foundation) => {
      const { database } = foundation;
      const sync = await knownSync(database, Number(id));
      const replay = await replaySync(adminOf(foundation), sync).catch(
        refused(`Sync ${sync.id} cannot be replayed`, {
          no_such_resource: 'there is no such sync.',
          sync_under_way: 'it, or another sync of its files, is not finished.',
          sync_is_held: 'it, or another sync of its files, is held: approve or discard that one first.',
          sync_without_files: 'it has no files, or they were taken over by a later sync.',
          sync_files_purged: 'the bytes of its files are purged.',
        }),
      );
      const value = { id: replay, tenant: sync.tenantId, state: 'queued' };
      output.result(value, () => `Sync ${replay} replays sync ${sync.id}.`);
      await noteIfIdle(database, output);
    }),
  );
}

export function addRevert(parent: Command): void {
  const command = parent.command('revert').description('undo the latest sync that was applied, from the values before');
  runs(command.argument('<sync>', '', values.syncId), ({ args: [id = ''], output }) =>
    withFoundation(async (foundation) => {
      const { database } = foundation;
      const sync = await knownSync(database, Number(id));
      const revert = await revertSync(adminOf(foundation), sync).catch(
        refused(`Sync ${sync.id} cannot be reverted`, {
          no_such_resource: 'there is no such sync.',
          sync_under_way: 'another sync of the tenant is not finished.',
          sync_not_applied: 'it applied nothing.',
          sync_is_revert: 'it is a revert itself: replay the sync that it undid.',
          sync_reverted: 'it is undone already.',
          sync_not_latest: 'syncs that were applied after it stand on it: revert those first.',
        }),
      );
      const value = { id: revert, tenant: sync.tenantId, state: 'queued' };
      output.result(value, () => `Sync ${revert} reverts sync ${sync.id}.`);
      await noteIfIdle(database, output);
    }),
  );
}

async function noteIfIdle(database: Database, output: Output): Promise<void> {
  if (!(await anyNodeLives(database))) output.note('No server is running: it will run once one is (arrivage serve).');
}
