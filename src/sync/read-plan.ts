import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import type { TransactionSql } from 'postgres';
import { forgetSnapshots, rememberLastSnapshot, storedSnapshots } from '../db/queries/syncs/last-snapshots.ts';
import type { Run } from '../db/queries/syncs/states.ts';
import { entangledLines } from '../load/duplicates.ts';
import { clientsForDirect } from '../load/direct.ts';
import type { LoadOutcome } from '../load/load.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Scope } from '../model/scope.ts';
import { cleanLines } from '../parse/clean-lines.ts';
import { baseName } from '../model/virtual-path.ts';
import type { Spool } from '../spool/spool.ts';
import type { DirectTarget } from '../validate/rows/direct.ts';
import { mostClients } from '../validate/file/known-clients.ts';
import { spokenIn, type FileFate } from './outcome.ts';
import { touched, undated, type PlannedFile } from './plan.ts';
import type { Stages } from './stage.ts';
import type { Basis, ReadPlan } from '../reader/thread-protocol.ts';

/** Only entries are compared line by line: they are what a nightly snapshot has a million of. */
const DATASET = 'ecritures';

const compress = promisify(deflateRaw);

const isOnly = (files: readonly PlannedFile[], file: PlannedFile): boolean =>
  file.dataset === DATASET && files.every((other) => other === file || other.dataset !== DATASET);

export interface PlanFacts {
  tx: TransactionSql;
  spool: Pick<Spool, 'committed'>;
  run: Run;
  /** All files of the sync. */
  files: readonly PlannedFile[];
  /** Whatever was read before, files are read whole. */
  force: boolean;
  now: () => Date;
}

/** Decides how a file is read, given what is staged already. */
export async function planReading(facts: PlanFacts, file: PlannedFile, stages: Stages): Promise<ReadPlan> {
  if (!isOnly(facts.files, file)) return { kind: 'whole' };
  const baseline = facts.force ? undefined : await baselineOf(facts, file);
  if (baseline) return { kind: 'changedLines', baseline };
  const target = await bulkTarget(facts, stages);
  return target ? { kind: 'bulk', target } : { kind: 'whole' };
}

/** What a file of the sync may be compared with: the last snapshot like it of its dataset. */
async function baselineOf(
  { tx, spool, run }: Pick<PlanFacts, 'tx' | 'spool' | 'run'>,
  file: PlannedFile,
): Promise<Basis | undefined> {
  if (file.mode !== 'snapshot') return undefined;
  const stored = await storedSnapshots(tx, run.tenantId, DATASET);
  const last = likest(file, stored);
  if (!last) return undefined;
  const { scope, size, reading, clean, evidence, clients } = last;
  const path = spool.committed.path(run.tenantId, last.uploadId);
  return { path, scope, size, reading, clean, evidence, clients };
}

/**
 * The stored snapshot that the file likely replaces: among those whose scope may be its own the one that was called
 * alike, else the only one. A wrong choice only makes the file be read whole.
 */
function likest<S extends { scope: Scope; path: string }>(
  { fixed, upload }: PlannedFile,
  stored: readonly S[],
): S | undefined {
  const { company = null, journal = null, from = null, whole = false } = fixed ?? {};
  const possible = stored.filter(
    ({ scope }) =>
      scope.journal === journal &&
      scope.from === from &&
      (scope.companies === null) === whole &&
      (company === null || scope.companies?.join() === company),
  );
  const called = (form: (name: string) => string) =>
    possible.find(({ path }) => form(baseName(path as VirtualPath)) === form(upload.name));
  return called((name) => name) ?? called(undated) ?? (possible.length === 1 ? possible[0] : undefined);
}

/** For the first import of a tenant's entries: what lets rows go straight into the table. */
async function bulkTarget(
  { tx, run, now }: Pick<PlanFacts, 'tx' | 'run' | 'now'>,
  stages: Stages,
): Promise<DirectTarget | undefined> {
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
  await forgetSnapshots(tx, run, DATASET, touched(spokenIn(fates, DATASET)));
  const [fate] = own;
  const [scope] = spokenIn(fates, DATASET).scope ?? [];
  const comparable = own.length === 1 && loaded.exact.has(DATASET) && fate?.kind === 'read' && fate.result.lines;
  if (!comparable || !scope) return;
  const clean = cleanLines(comparable.clean);
  for (const line of await entangledLines(tx, stage.staging, fate.file.fileNo)) clean.remove(line);
  const { reading, evidence } = comparable;
  const bits = await compress(clean.bits);
  await rememberLastSnapshot(tx, run, DATASET, {
    uploadId: fate.file.upload.id,
    scope,
    reading,
    clean: bits,
    evidence,
    clients: fate.result.totals?.clients?.read ?? null,
  });
}
