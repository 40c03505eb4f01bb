import { createHash } from 'node:crypto';
import type { TransactionSql } from 'postgres';
import type { Database } from '../../src/db/client.ts';
import { openCopy } from '../../src/load/copy.ts';
import { lateRejections } from '../../src/load/late.ts';
import { load, type LoadDataset, type LoadOutcome } from '../../src/load/load.ts';
import type { Tx } from '../../src/load/query.ts';
import { openSpared } from '../../src/load/spared.ts';
import { copyColumns, createStaging, type StagedFile, type Staging } from '../../src/load/staging.ts';
import { defaultMode, type Dataset, type LoadMode } from '../../src/model/dataset.ts';
import type { Scope } from '../../src/model/scope.ts';
import type { Finding } from '../../src/model/rejection.ts';

type Cell = string | null;
export type Row = Readonly<Record<string, Cell>>;

/** A file as validation would hand it over: the columns are those of its rows, all alike. */
export interface TestFile {
  dataset: Dataset;
  rows: readonly Row[];
  /** Needed where there is no row. */
  columns?: readonly string[];
  mode?: LoadMode;
  allowSettle?: boolean;
  /** Absent: the companies that its rows name. */
  scope?: readonly Scope[];
  /** What refused records name: company, id, client_code, piece_number. */
  spared?: readonly (readonly Cell[])[];
}

export interface TestSync {
  id: number;
  tenant?: string;
  approved?: boolean;
  examples?: number;
  now?: Date;
  /** Ends the transaction as the pipeline does for a dry run or a held sync. */
  rollback?: boolean;
  /** Runs inside the transaction, after the load and before its end. */
  meanwhile?: (tx: Tx) => Promise<void>;
}

export type TestOutcome = LoadOutcome & { late: (Finding & { fileNo: number })[] };

const rolledBack = new Error('rolled back');

/** One sync of the given files, numbered from 1 in their order. */
export async function sync({ sql }: Database, test: TestSync, ...files: TestFile[]): Promise<TestOutcome> {
  let result: TestOutcome | undefined;
  try {
    await sql.begin(async (tx) => {
      result = await run(tx, test, files);
      await test.meanwhile?.(tx);
      if (test.rollback === true || result.guard.length > 0) throw rolledBack;
    });
  } catch (error) {
    if (error !== rolledBack) throw error;
  }
  if (!result) throw new Error('nothing was loaded');
  return result;
}

async function run(tx: TransactionSql, test: TestSync, files: readonly TestFile[]): Promise<TestOutcome> {
  const numbered = files.map((file, i) => ({
    ...file,
    fileNo: i + 1,
    columns: file.columns ?? Object.keys(file.rows[0] ?? {}),
  }));
  const datasets: LoadDataset[] = [];
  for (const dataset of new Set(files.map((file) => file.dataset))) {
    const own = numbered.filter((file) => file.dataset === dataset);
    const staged = own.map(({ fileNo, columns, mode }): StagedFile => ({
      fileNo,
      layout: {
        dataset,
        mode: mode ?? defaultMode[dataset],
        columns,
        identified: dataset !== 'ecritures' || columns.includes('entry_id'),
      },
    }));
    const staging = await createStaging(tx, staged);
    const counts = new Map<number, number>();
    for (const [i, { fileNo, layout }] of staged.entries()) {
      const copy = await openCopy(tx, staging.table, copyColumns(layout));
      await copy.write(Buffer.from(copyText(dataset, fileNo, layout.columns, own[i]?.rows ?? [])));
      counts.set(fileNo, await copy.end());
    }
    datasets.push({
      staging,
      mode: own[0]?.mode ?? defaultMode[dataset],
      staged: counts,
      allowSettle: own.every((file) => file.allowSettle !== false),
      scope: own.flatMap(({ scope }) => scope ?? []).concat(own.some(({ scope }) => !scope) ? [namedBy(own)] : []),
      hasSpared: await spare(tx, staging, own),
      isDifference: false,
      direct: 0,
    });
  }
  const outcome = await load(tx, {
    tenant: test.tenant ?? 'acme',
    syncId: test.id,
    defaultCompany: '',
    limits: { guardSettle: 0.3, guardRows: 0.5 },
    approved: test.approved ?? true,
    now: test.now ?? new Date('2026-03-01T06:00:00Z'),
    datasets,
    examples: test.examples ?? 0,
  });
  const late: TestOutcome['late'] = [];
  for (const { dataset, fileNo } of numbered)
    for await (const page of lateRejections(tx, { dataset, fileNo }, 2))
      late.push(...page.map(({ raw: _, ...rejection }) => ({ ...rejection, fileNo })));
  return { ...outcome, late };
}

const namedBy = (files: readonly TestFile[]): Scope => ({
  companies: [...new Set(files.flatMap(({ rows }) => rows.map((row) => row['company'] ?? '')))].toSorted(),
  journal: null,
  from: null,
});

async function spare(tx: Tx, staging: Staging, files: readonly TestFile[]): Promise<boolean> {
  const notes = files.flatMap(({ spared }) => spared ?? []);
  if (notes.length === 0) return false;
  const copy = await openSpared(tx, staging);
  await copy.write(Buffer.from(notes.map((cells) => `${cells.map(escaped).join('\t')}\n`).join('')));
  await copy.end();
  return true;
}

const identities: Readonly<Record<Dataset, readonly (readonly string[])[]>> = {
  clients: [['client_code']],
  contacts: [['contact_id'], ['client_code', 'email'], ['client_code', 'last_name']],
  ecritures: [['entry_id'], ['client_code', 'journal', 'piece_number', 'due_date', 'entry_type']],
};

const md5 = (parts: readonly unknown[]): Buffer => createHash('md5').update(JSON.stringify(parts)).digest();
const escaped = (cell: Cell): string =>
  cell === null ? '\\N' : cell.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');

function keyOf(dataset: Dataset, row: Row): string {
  const set = identities[dataset].find(([first]) => first !== undefined && (row[first] ?? null) !== null) ?? [];
  return md5([dataset, row['company'] ?? '', ...set.map((name) => row[name] ?? null)]).toString('hex');
}

function copyText(dataset: Dataset, fileNo: number, columns: readonly string[], rows: readonly Row[]): string {
  const seen = new Set<string>();
  return rows
    .map((row, i) => {
      const key = keyOf(dataset, row);
      const cells = columns.map((name) => row[name] ?? null);
      const hash = md5([columns, cells]).readBigInt64LE(0);
      const line = [fileNo, i + 2, key, hash, seen.has(key) ? 't' : 'f', ...cells.map(escaped)].join('\t');
      seen.add(key);
      return `${line}\n`;
    })
    .join('');
}

export const client = (code: string, more: Row = {}): Row => ({ client_code: code, name: `Client ${code}`, ...more });

/** An invoice of client C1 over 100, without a balance, with an id of its own. */
export const entry = (id: string, more: Row = {}): Row => ({
  entry_id: id,
  client_code: 'C1',
  journal: 'VE',
  piece_number: `F${id}`,
  entry_type: 'invoice',
  entry_date: '2026-01-10',
  due_date: '2026-02-10',
  amount: '100.00',
  label: `Facture ${id}`,
  letter: null,
  ...more,
});

export const clientsFile = (...rows: Row[]): TestFile => ({ dataset: 'clients', rows });
export const entriesFile = (...rows: Row[]): TestFile => ({ dataset: 'ecritures', rows });

export const countsOf = (outcome: LoadOutcome, dataset: Dataset, fileNo: number) => {
  const counts = outcome.tallies.get(dataset)?.get(fileNo);
  if (!counts) throw new Error(`file ${fileNo} has no counts`);
  // What is not zero says it all.
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n !== 0));
};

export const entriesOf = async ({ sql }: Database, tenant = 'acme') =>
  sql<Record<string, unknown>[]>`
    select entry_id, piece_number, label, amount::text, letter, status, settled_by_sync::int as by, due_date::text,
           due_date_derived, first_seen::int, last_changed::int
    from ecritures where tenant_id = ${tenant} order by entry_id, piece_number, label`;
