import { datasets, type Dataset, type LoadMode } from '../model/dataset.ts';
import type { Scope } from '../model/scope.ts';
import type { GuardTrip, RowChange } from '../model/sync.ts';
import { leaveOutCarried, type OpeningLines } from './carried.ts';
import { resolveDuplicates } from './duplicates.ts';
import { findPairsOfDifference } from './difference.ts';
import type { FileWarning } from './findings.ts';
import { guardFacts, judgeSnapshot, type GuardLimits } from './guard.ts';
import { exampleChanges, keepUpdated, keepVanished } from './history.ts';
import { matchInstalments } from './instalments.ts';
import { createLateRejections } from './late.ts';
import { type LeftOuts, sumUnknown } from './left-out.ts';
import { findBalancedLetters, findTouchedLetters, hasDecisiveLetters, judgeTouchedLetters } from './letters.ts';
import { buildDelta, findPairs, insertAll, vanishedValues, writeDelta, writeVanished } from './merge.ts';
import { ident, query, type Params, type Tx } from './query.ts';
import { remark } from './remarks.ts';
import { scopeParams, withinScope, type Within } from './scope.ts';
import { spareNamed, type Spared } from './spared.ts';
import type { Staging } from './staging.ts';
import { noTally, settleUnchanged, tally, type Tally } from './tally.ts';
import { deltaTable } from './temp-tables.ts';
import { deriveAgain } from './terms.ts';

/** What is staged of one dataset, over all files. */
export interface StagedDataset {
  staging: Staging;
  mode: LoadMode;
  /** Rows staged of each file, as the COPY counted them. */
  staged: ReadonlyMap<number, number>;
  /**
   * Whether the file's silence says anything: not where it had parse-level rejections, ended inside a record, was empty
   * or had only a header.
   */
  allowSettle: boolean;
  /** Records were refused that name rows: see `openSpared`. */
  hasSpared: boolean;
  /** Only those of the rows counted in `staged` are there that differ from the last snapshot: see `openRemoved`. */
  isDifference: boolean;
  /** How many of the rows counted in `staged` are in the table already: see `directColumns`. */
  direct: number;
}

export interface LoadDataset extends StagedDataset {
  /** The scope of the snapshot: what it does not name has vanished only within it. */
  scope: readonly Scope[];
  /** Where FECs of two exercises are among the files: see `leaveOutCarried`. */
  openings?: OpeningLines;
}

export interface LoadRequest {
  tenant: string;
  syncId: number;
  defaultCompany: string;
  limits: GuardLimits;
  /** Someone let this sync pass the guard. */
  approved: boolean;
  now: Date;
  /** In any order; they are loaded as clients, contacts, ecritures. */
  datasets: readonly LoadDataset[];
  /** How many examples of changed rows are wanted in all; 0 for none. */
  examples: number;
}

export interface LoadOutcome {
  /** The load's share of each file's counts: its staged rows are in exactly one of the first five. By
   * dataset and number, since an FEC is a file of both clients and ecritures. */
  tallies: ReadonlyMap<Dataset, ReadonlyMap<number, Tally>>;
  /** Entries that were staged and did not become rows. */
  leftOut: LeftOuts;
  /** Not empty: nothing more was written, and the caller rolls the transaction back. */
  guard: GuardTrip[];
  warnings: FileWarning[];
  changes: RowChange[];
  /** Datasets of which the stored rows within the scope that no snapshot found missing are exactly those named. */
  exact: Set<Dataset>;
  /** Milliseconds per step, such as `ecritures.merge`. */
  durations: Record<string, number>;
}

/** What the steps of one dataset share. */
interface Step {
  tx: Tx;
  request: LoadRequest;
  dataset: LoadDataset;
  params: Params;
  tallies: ReadonlyMap<number, Tally>;
  outcome: Pick<LoadOutcome, 'leftOut' | 'guard' | 'warnings' | 'changes' | 'exact'>;
  timed: <T>(step: string, work: Promise<T>) => Promise<T>;
}

/**
 * Turns staged rows into rows of the tenant, in the transaction that the caller opened and will commit or roll back.
 * Late rejections wait in a temporary table: see `lateRejections`.
 * @throws postgres.PostgresError; Error where the counts do not add up. Either way nothing may be committed.
 */
export async function load(tx: Tx, request: LoadRequest): Promise<LoadOutcome> {
  const tallies = new Map<Dataset, ReadonlyMap<number, Tally>>();
  const outcome: Step['outcome'] = {
    ...{ leftOut: new Map(), guard: [], warnings: [], changes: [], exact: new Set() },
  };
  const durations: Record<string, number> = {};
  const params = {
    tenant: request.tenant,
    sync: request.syncId,
    now: request.now,
    company: request.defaultCompany.normalize('NFC'),
  };
  await tune(tx);
  await createLateRejections(tx);
  for (const dataset of inOrder(request.datasets)) {
    const timed: Step['timed'] = async (step, work) => {
      const began = performance.now();
      const result = await work;
      const name = `${dataset.staging.target.dataset}.${step}`;
      durations[name] = (durations[name] ?? 0) + Math.round(performance.now() - began);
      return result;
    };
    const own = new Map([...dataset.staged.keys()].map((fileNo) => [fileNo, noTally()]));
    tallies.set(dataset.staging.target.dataset, own);
    const named = { ...params, ...scopeParams(dataset.scope) };
    await loadDataset({ tx, request, dataset, params: named, tallies: own, outcome, timed });
    if (outcome.guard.length > 0) break;
  }
  return { tallies, ...outcome, durations };
}

function inOrder(given: readonly LoadDataset[]): LoadDataset[] {
  const place = ({ staging }: LoadDataset) => datasets.indexOf(staging.target.dataset);
  return given.toSorted((a, b) => place(a) - place(b));
}

/**
 * For this transaction only. The tables were never analysed, so the planner takes a tenant for a handful of rows and
 * would read a million of them once for each of another million: joins are by hash (a million keys take 77 MB), and
 * `byKey` lets those in loops that look up a few rows by their whole key.
 */
async function tune(tx: Tx): Promise<void> {
  await query(
    tx,
    `set local work_mem = '128MB'; set local hash_mem_multiplier = 2; set local jit = off;
     set local enable_mergejoin = off; set local enable_nestloop = off`,
  );
  // What a killed process has begun holds the tenant's rows from whoever would finish it. Only Linux can look.
  await query(tx, `select set_config('client_connection_check_interval', '1s', true) where version() like '%linux%'`);
}

async function loadDataset(step: Step): Promise<void> {
  const { tx, dataset, params, tallies, outcome, timed } = step;
  const { staging } = dataset;
  if (dataset.openings) await timed('carried', leaveOutCarried(tx, staging, dataset.openings, { tallies, ...outcome }));
  outcome.warnings.push(...(await timed('duplicates', resolveDuplicates(tx, staging, tallies, outcome.leftOut))));
  const [stored] = await query(
    tx,
    `select exists (select from ${ident(staging.target.table)} where tenant_id = {tenant}::text) as any`,
    params,
  );
  await (dataset.direct > 0 || stored?.['any'] !== true ? fill(step) : mergeInto(step));
  if (outcome.guard.length > 0) return;
  if ([...tallies.values()].some(({ rejected }) => rejected > 0))
    await timed('totals', sumUnknown(tx, staging, outcome.leftOut));
  for (const [fileNo, rows] of dataset.staged) settleUnchanged(tally(tallies, fileNo), rows, fileNo);
  outcome.warnings.push(...(await remark(tx, staging, params)));
}

/** Rows of a dataset that are still staged, over all files. */
function remaining({ dataset, tallies }: Step): number {
  let rows = 0;
  for (const [fileNo, staged] of dataset.staged) {
    const { duplicate, rejected, skipped } = tally(tallies, fileNo);
    rows += staged - duplicate - rejected - skipped;
  }
  return rows;
}

/** The tenant has no row of this dataset yet, but those that this sync has put there. */
async function fill(step: Step): Promise<void> {
  const { tx, dataset, params, tallies, timed } = step;
  const { staging } = dataset;
  if (await guarded(step, undefined)) return;
  if (dataset.mode === 'snapshot' && dataset.allowSettle) step.outcome.exact.add(staging.target.dataset);
  const lettered = staging.columns.includes('letter') && (await timed('letters', hasDecisiveLetters(tx, staging)));
  if (lettered) await timed('letters', findBalancedLetters(tx, staging, dataset.direct > 0, params));
  await timed(
    'insert',
    insertAll(tx, staging, { expected: remaining(step) - dataset.direct, grouped: lettered }, params, tallies),
  );
  for (const [fileNo, staged] of dataset.staged) {
    const counts = tally(tallies, fileNo);
    counts.inserted = staged - counts.duplicate - counts.rejected - counts.skipped;
  }
  const inserted = `(select key from ${ident(staging.target.table)} where tenant_id = {tenant}::text) d`;
  await illustrate(step, inserted);
}

async function mergeInto(step: Step): Promise<void> {
  const { tx, dataset, params, tallies, outcome, timed } = step;
  const { staging, mode, allowSettle } = dataset;
  const isVanishing = mode === 'snapshot' && allowSettle && vanishedValues(staging) !== undefined;
  const vanishing = isVanishing ? await withinScope(tx, staging, dataset.scope, params) : undefined;
  const compare = () => (dataset.isDifference ? findPairsOfDifference : findPairs)(tx, staging, vanishing, params);
  await timed('compare', compare());
  if (await timed('instalments', matchInstalments(tx, staging, params))) await timed('compare', compare());
  const delta = await timed('delta', buildDelta(tx, staging, params, tallies));
  const spared = vanishing ? await spare(step, delta.rejected > 0) : nothingSpared;
  if (isVanishing && spared.rows === 0) outcome.exact.add(staging.target.dataset);
  if (await timed('guard', guarded(step, vanishing))) return;
  const judged =
    staging.target.dataset === 'ecritures' &&
    (await timed('letters', letterable(step, isVanishing && spared.rows === 0 && !dataset.isDifference)));
  if (delta.changed > 0) await timed('history', keepUpdated(tx, staging, params));
  await timed('write', writeDelta(tx, staging, delta, params));
  if (vanishing) await timed('vanish', vanish(step));
  if (judged) await timed('letters', judgeTouchedLetters(tx, params));
  if (staging.target.dataset === 'clients' && staging.columns.includes('payment_term_days'))
    await timed('terms', deriveAgain(tx, params));
  await illustrate(step, `(select key from ${deltaTable(staging)} where action = 'inserted') d`);
}

/** Whether the delta touches letter groups in which a letter decides: in a whole snapshot its own rows tell. */
async function letterable({ tx, dataset: { staging }, params }: Step, whole: boolean): Promise<boolean> {
  if (!(await findTouchedLetters(tx, staging, params))) return false;
  return !whole || hasDecisiveLetters(tx, staging);
}

const nothingSpared: Spared = { rows: 0, open: 0 };

/** Most files have no refused record, and then there is nothing to look for. */
async function spare({ tx, dataset, params, outcome, timed }: Step, lateRefusals: boolean): Promise<Spared> {
  if (!dataset.hasSpared && !lateRefusals) return nothingSpared;
  const { staging } = dataset;
  const spared = await timed('spare', spareNamed(tx, staging, { lateRefusals }, params));
  const [first] = staging.files;
  if (first && spared.open > 0) {
    const warning = { code: 'kept_open', column: null, count: spared.open, examples: [] };
    outcome.warnings.push({ dataset: staging.target.dataset, fileNo: first.fileNo, warning });
  }
  return spared;
}

/** What vanished is nobody's line: it counts with the dataset's first file. */
async function vanish({ tx, dataset, params, tallies }: Step): Promise<void> {
  const { staging } = dataset;
  await keepVanished(tx, staging, params);
  const settled = await writeVanished(tx, staging, params);
  const [first] = staging.files;
  if (first) tally(tallies, first.fileNo).settled += settled;
}

async function guarded(step: Step, vanishing: Within | undefined): Promise<boolean> {
  const { tx, request, dataset, params, outcome } = step;
  if (dataset.mode !== 'snapshot' || request.approved) return false;
  const { staging } = dataset;
  const { guardSettle: limit } = request.limits;
  const { scope } = dataset;
  const facts = await guardFacts(tx, staging, { rows: remaining(step), scope, vanishing, limit }, params);
  outcome.guard.push(...judgeSnapshot(staging.target.dataset, facts, request.limits));
  return outcome.guard.length > 0;
}

async function illustrate({ tx, request, dataset, params, outcome }: Step, inserted: string): Promise<void> {
  const limit = request.examples - outcome.changes.length;
  if (limit <= 0) return;
  outcome.changes.push(...(await exampleChanges(tx, dataset.staging, { inserted, limit }, params)));
}
