import type { TransactionSql } from 'postgres';
import type { Database } from '../db/client.ts';
import { finishRun } from '../db/queries/syncs/outcome.ts';
import { latestApplied, noteReverted } from '../db/queries/syncs/decisions.ts';
import { failRun, type Outcome, type Run } from '../db/queries/syncs/states.ts';
import { ArrivageError } from '../errors.ts';
import { revertRows } from '../load/revert.ts';
import type { Report } from '../model/report.ts';
import type { Tenant } from '../model/tenant.ts';
import type { ProgressMeter } from './progress.ts';

export interface RevertDeps {
  database: Database;
  /** Without a limit on the time of a statement. */
  loadDatabase: Database;
  now: () => Date;
}

export interface RevertInput {
  tenant: Tenant;
  run: Run;
  /** The sync that is undone. */
  reverts: number;
  progress: Pick<ProgressMeter, 'merging' | 'stop'>;
}

const nothing = { incomplete: false, missing: [], guard: [], error: null, preview: [] };

/**
 * Undoes a sync, whole or not at all, behind the same fence as an import. One that was overtaken since it was asked for
 * (a held sync that was approved has applied more) fails: its values before are no longer those of before.
 */
export async function applyRevert(deps: RevertDeps, input: RevertInput): Promise<Report> {
  const { tenant, run, progress } = input;
  const began = performance.now();
  progress.merging();
  const done = await deps.loadDatabase.sql.begin(async (tx) => {
    if ((await latestApplied(tx, tenant.id)) !== input.reverts) return undefined;
    return undo(tx, input, began);
  });
  const report = {
    ...nothing,
    tenant: { id: tenant.id, name: tenant.name, language: tenant.language },
    syncId: run.syncId,
    finishedAt: deps.now(),
    files: [],
    rejections: [],
  };
  if (done) return { ...report, ...done };
  await progress.stop();
  const error = new ArrivageError('revert_overtaken', { sync: input.reverts });
  const failure = { code: error.code, message: error.message, params: { sync: String(input.reverts) } };
  await failRun(deps.database, run, failure);
  return { ...report, state: 'failed', error: failure, durations: {} };
}

async function undo(tx: TransactionSql, { tenant, run, reverts, progress }: RevertInput, began: number) {
  const undone = await revertRows(tx, { tenant: tenant.id, syncId: run.syncId, undoes: reverts });
  await noteReverted(tx, { tenant: tenant.id, syncId: reverts, by: run.syncId, undone });
  await progress.stop();
  const outcome: Outcome = {
    ...nothing,
    state: 'applied',
    durations: { merge: Math.round(performance.now() - began) },
  };
  await finishRun(tx, run, outcome);
  return { state: outcome.state, durations: outcome.durations, reverts: { syncId: reverts, undone } };
}
