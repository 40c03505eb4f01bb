import type { Command } from 'commander';
import { syncView } from '../../admin/sync-view.ts';
import { forScripts } from '../../admin/wording.ts';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Sql } from '../../db/client.ts';
import { advanceHurry, failedAdvance } from '../../db/queries/jobs.ts';
import type { SyncWithFiles } from '../../db/queries/syncs/syncs.ts';
import { syncsOf } from '../../db/queries/uploads/states.ts';
import { fileChunks } from '../../base/file-chunks.ts';
import { receiveFile } from '../../files/receive.ts';
import { copyIn } from '../../transfer/copy-in.ts';
import type { Foundation } from '../../main/foundation.ts';
import type { Tenant, TenantId } from '../../model/tenant.ts';
import { summaryText } from '../../report/summary.ts';
import { isTemporary, resolvePath, root } from '../../model/virtual-path.ts';
import { runs, withFoundation } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { interruptible, pauseUnlessInterrupted } from '../interruption.ts';
import { knownTenant } from '../known.ts';
import type { Output } from '../output.ts';
import { refuseBad } from '../refuse-bad.ts';
import { reportOf } from '../stored-report.ts';
import { untilFinished } from './sync-watch.ts';
import * as values from '../values.ts';
import { withWorker } from './worker.ts';

const LOOK_MS = 100;
/** For a worker to take the uploads up; other syncs of the tenant may come first. */
const TAKE_UP_MS = 600_000;
/** Nobody waits longer without a line. */
const SILENT_MS = 3000;

export function addImport(program: Command): void {
  const command = program
    .command('import')
    .description('commit files as a door does, import them now and print the outcome')
    .argument('<tenant>', '', values.tenantId)
    .argument('<files...>', 'under their names')
    .addHelpText('after', '\nExit code 1: a sync failed or is held, or a file was put aside.');
  runs(command, ({ args: [tenantId = '', ...files], output }) =>
    withFoundation(async (foundation) => {
      const tenant = await knownTenant(foundation.database, tenantId);
      if (tenant.state === 'suspended') throw new CommandFailure(`Tenant "${tenantId}" is suspended.`);
      await checkFiles(files);
      const uploads = await commitFiles(foundation, tenant, files);
      const syncs = await withWorker(foundation, () => outcomes(foundation, tenant, uploads, output));
      const reports = await Promise.all(syncs.map((sync) => reportOf(foundation.database, sync)));
      output.result(
        syncs.map((sync) => syncView(sync, forScripts)),
        () =>
          reports
            .map((report) => summaryText(report))
            .join('\n')
            .trimEnd(),
      );
      refuseBad(syncs);
    }),
  );
}

/** All of them before the first is committed. */
async function checkFiles(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const found = await stat(file).catch((error: unknown) => {
      throw new CommandFailure(`${file} cannot be read: ${(error as Error).message}`);
    });
    if (!found.isFile()) throw new CommandFailure(`${file} is no file.`);
    if (isTemporary(resolvePath(root, basename(file))))
      throw new CommandFailure(`${file} has the name of a file that is still being written: rename it first.`);
  }
}

/** @returns the ids of the uploads */
async function commitFiles(foundation: Foundation, tenant: Tenant, files: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  const stop = foundation.events.on('upload.committed', ({ id }) => ids.push(id));
  for (const file of files) await commitFile(foundation, tenant, file);
  stop();
  return ids;
}

async function commitFile(foundation: Foundation, tenant: Tenant, file: string): Promise<void> {
  const path = resolvePath(root, basename(file));
  const handle = await open(file, 'r');
  try {
    const inbound = await receiveFile(foundation, { tenant, door: 'import', username: null }, path, {
      kind: 'replace',
    });
    await copyIn(inbound, unlessInterrupted(fileChunks(handle)), async () => {
      inbound.setModified((await handle.stat()).mtime);
    });
  } finally {
    await handle.close();
  }
}

async function* unlessInterrupted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    interruptible().throwIfAborted();
    yield chunk;
  }
}

/** Asks for a sync of these uploads now, and follows every sync that takes some of them. */
async function outcomes(
  foundation: Foundation,
  tenant: Tenant,
  uploads: readonly string[],
  output: Output,
): Promise<SyncWithFiles[]> {
  const { sql } = foundation.database;
  await sql`select ${advanceHurry(sql, tenant.id)}`;
  const start = Date.now();
  let said = '';
  for (;;) {
    const { syncs, waiting } = await syncsOf(sql, tenant.id, uploads);
    const finished: SyncWithFiles[] = [];
    for (const id of syncs) finished.push(await untilFinished(foundation, id, output.json));
    if (waiting === 0) return finished;
    if (Date.now() - start > TAKE_UP_MS)
      throw new CommandFailure('The files are committed, but no sync has taken them yet: see arrivage status');
    if (Date.now() - start > SILENT_MS) {
      const text = await waitText(sql, tenant.id);
      if (text !== said) output.note(text);
      said = text;
    }
    await pauseUnlessInterrupted(LOOK_MS);
  }
}

async function waitText(sql: Sql, tenant: TenantId): Promise<string> {
  const failed = await failedAdvance(sql, tenant);
  if (!failed) return 'Committed. Waiting for the server to take the files up …';
  return `Committed, but the server cannot take the files up (${failed.error}); it tries again at ${failed.next.toISOString()}`;
}
