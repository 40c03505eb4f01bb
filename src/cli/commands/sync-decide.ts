import type { Command } from 'commander';
import { sqlOf, type Database } from '../../db/client.ts';
import {
  approveSync,
  discardSync,
  replaySync,
  revertSync,
  type ApproveRefusal,
  type ReplayRefusal,
  type RevertRefusal,
} from '../../db/queries/syncs/decisions.ts';
import { anyNodeLives } from '../../queue/node.ts';
import { audited, operator } from './audit.ts';
import { runs, withFoundation } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { knownSync } from '../known.ts';
import type { Output } from '../output.ts';
import * as values from '../values.ts';

const approveRefusals: Readonly<Record<ApproveRefusal, string>> = {
  not_held: 'it waits for no decision.',
  overtaken: 'a later export has been imported since. Discard it; a replay of it imports its files all the same.',
};

export function addApprove(parent: Command): void {
  const command = parent.command('approve').description('let a held sync pass the guard; it runs again from its files');
  runs(command.argument('<sync>', '', values.syncId), ({ args: [id = ''], output }) =>
    withFoundation(async ({ database }) => {
      const { id: syncId, tenantId } = await knownSync(database, Number(id));
      await database.db.transaction(async (tx) => {
        const refusal = await approveSync(sqlOf(tx), tenantId, syncId, operator());
        if (refusal) throw new CommandFailure(`Sync ${syncId} cannot be approved: ${approveRefusals[refusal]}`);
        await audited(tx, tenantId, 'sync.approve', { syncId });
      });
      output.result({ id: syncId, tenant: tenantId, state: 'queued' }, () => `Sync ${syncId} is approved and queued.`);
      await noteIfIdle(database, output);
    }),
  );
}

export function addDiscard(parent: Command): void {
  const command = parent.command('discard').description('give a held sync up; nothing of it is imported');
  runs(command.argument('<sync>', '', values.syncId), ({ args: [id = ''], output }) =>
    withFoundation(async ({ database }) => {
      const { id: syncId, tenantId, state } = await knownSync(database, Number(id));
      await database.db.transaction(async (tx) => {
        if (!(await discardSync(sqlOf(tx), tenantId, syncId)))
          throw new CommandFailure(`Sync ${syncId} is ${state}: only a held sync can be discarded.`);
        await audited(tx, tenantId, 'sync.discard', { syncId });
      });
      output.result({ id: syncId, tenant: tenantId, state: 'discarded' }, () => `Sync ${syncId} is discarded.`);
    }),
  );
}

const refusals: Readonly<Record<ReplayRefusal, string>> = {
  unknown: 'there is no such sync.',
  open: 'it, or another sync of its files, is not finished.',
  held: 'it, or another sync of its files, is held: approve or discard that one first.',
  no_files: 'it has no files, or they were taken over by a later sync.',
  purged: 'the bytes of its files are purged.',
};

export function addReplay(parent: Command): void {
  const command = parent.command('replay').description('import the files of a sync once more, even what is unchanged');
  runs(command.argument('<sync>', '', values.syncId), ({ args: [id = ''], output }) =>
    withFoundation(async ({ database }) => {
      const { id: syncId, tenantId } = await knownSync(database, Number(id));
      const replay = await database.db.transaction(async (tx) => {
        const made = await replaySync(sqlOf(tx), tenantId, syncId);
        if (typeof made === 'string') throw new CommandFailure(`Sync ${syncId} cannot be replayed: ${refusals[made]}`);
        await audited(tx, tenantId, 'sync.replay', { syncId, replay: made });
        return made;
      });
      output.result({ id: replay, tenant: tenantId, state: 'queued' }, () => `Sync ${replay} replays sync ${syncId}.`);
      await noteIfIdle(database, output);
    }),
  );
}

const revertRefusals: Readonly<Record<RevertRefusal, string>> = {
  unknown: 'there is no such sync.',
  open: 'another sync of the tenant is not finished.',
  not_applied: 'it applied nothing.',
  is_revert: 'it is a revert itself: replay the sync that it undid.',
  reverted: 'it is undone already.',
  not_latest: 'syncs that were applied after it stand on it: revert those first.',
};

export function addRevert(parent: Command): void {
  const command = parent.command('revert').description('undo the latest sync that was applied, from the values before');
  runs(command.argument('<sync>', '', values.syncId), ({ args: [id = ''], output }) =>
    withFoundation(async ({ database }) => {
      const { id: syncId, tenantId } = await knownSync(database, Number(id));
      const revert = await database.db.transaction(async (tx) => {
        const made = await revertSync(sqlOf(tx), tenantId, syncId, operator());
        if (typeof made === 'string')
          throw new CommandFailure(`Sync ${syncId} cannot be reverted: ${revertRefusals[made]}`);
        await audited(tx, tenantId, 'sync.revert', { syncId, revert: made });
        return made;
      });
      output.result({ id: revert, tenant: tenantId, state: 'queued' }, () => `Sync ${revert} reverts sync ${syncId}.`);
      await noteIfIdle(database, output);
    }),
  );
}

async function noteIfIdle(database: Database, output: Output): Promise<void> {
  if (!(await anyNodeLives(database))) output.note('No server is running: it will run once one is (arrivage serve).');
}
