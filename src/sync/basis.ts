import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import type { TransactionSql } from 'postgres';
import { lastSnapshot, setLastSnapshot } from '../db/last-snapshots.ts';
import type { Run } from '../db/sync-states.ts';
import { entangledLines } from '../load/duplicates.ts';
import { clientsForDirect } from '../load/direct.ts';
import type { LoadOutcome } from '../load/load.ts';
import { cleanLines } from '../parse/clean-lines.ts';
import type { Spool } from '../spool/spool.ts';
import { mostClients, type DirectTarget } from '../validate/direct.ts';
import type { FileFate } from './outcome.ts';
import type { PlannedFile } from './plan.ts';
import type { Stages } from './stage.ts';
import type { Basis } from './thread-protocol.ts';

/** Only entries are compared line by line: they are what a nightly snapshot has a million of. */
const DATASET = 'ecritures';

const compress = promisify(deflateRaw);

const isOnly = (files: readonly PlannedFile[], file: PlannedFile): boolean =>
  file.dataset === DATASET && files.every((other) => other === file || other.dataset !== DATASET);

/** What a file of the sync may be compared with: the last snapshot of its dataset, if both are one file. */
export async function basisOf(
  { tx, spool, run, files }: { tx: TransactionSql; spool: Spool; run: Run; files: readonly PlannedFile[] },
  file: PlannedFile,
): Promise<Basis | undefined> {
  if (file.mode !== 'snapshot' || !isOnly(files, file)) return undefined;
  const last = await lastSnapshot(tx, run.tenantId, DATASET);
  if (!last) return undefined;
  const { size, reading, clean, evidence, clients } = last;
  return { path: spool.committedPath(run.tenantId, last.uploadId), size, reading, clean, evidence, clients };
}

/** For the first import of a tenant's entries: what lets rows go straight into the table. */
export async function directOf(
  { tx, run, files, now }: { tx: TransactionSql; run: Run; files: readonly PlannedFile[]; now: () => Date },
  file: PlannedFile,
  stages: Stages,
): Promise<DirectTarget | undefined> {
  if (!isOnly(files, file)) return undefined;
  const staged = stages.get('clients')?.staging.table;
  const clients = await clientsForDirect(tx, staged, mostClients, { tenant: run.tenantId });
  if (clients === undefined) return undefined;
  return { tenant: run.tenantId, syncId: run.syncId, now: now().toISOString(), clients: Buffer.from(clients) };
}

/** After a load that is to stay: what the next snapshot may be compared with. */
export async function rememberSnapshot(
  { tx, run }: { tx: TransactionSql; run: Run },
  fates: readonly FileFate[],
  stages: Stages,
  loaded: LoadOutcome,
): Promise<void> {
  const stage = stages.get(DATASET);
  if (!stage) return;
  const own = fates.filter((fate) => fate.file.dataset === DATASET);
  const [fate] = own;
  const comparable = own.length === 1 && loaded.exact.has(DATASET) && fate?.kind === 'read' && fate.result.lines;
  if (!comparable) return setLastSnapshot(tx, run, DATASET, undefined);
  const clean = cleanLines(comparable.clean);
  for (const line of await entangledLines(tx, stage.staging, fate.file.fileNo)) clean.remove(line);
  const { reading, evidence } = comparable;
  const bits = await compress(clean.bits);
  const clients = fate.result.totals?.clients?.read ?? null;
  await setLastSnapshot(tx, run, DATASET, { uploadId: fate.file.upload.id, reading, clean: bits, evidence, clients });
}
