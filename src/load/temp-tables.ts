import type { Dataset } from '../model/dataset.ts';
import { rejectionColumns, sparedColumns, stagingMeta } from '../model/staging.ts';
import { query, type Tx } from './query.ts';

/**
 * The temporary tables in which the steps of a load hand rows to one another. Most are made by the query that fills them,
 * and `test/golden/sql.test.ts` holds those to what stands here. All are gone at the end of the transaction.
 */

export interface TempTable {
  /** Column → SQL type, in order. */
  columns: Readonly<Record<string, string>>;
  /** Besides, columns of the dataset's own table: those that its files hold, and what is derived from them. */
  hasFileColumns?: true;
  /** Besides, where the dataset is that of entries. */
  ofEntries?: Readonly<Record<string, string>>;
}

const text = (columns: readonly string[]) => Object.fromEntries(columns.map((column) => [column, 'text']));
const line = { file_no: 'integer', line: 'integer' };
const storedRow = { tenant_id: 'text', key: 'uuid' };
const client = { company: 'text', client_code: 'text' };
/** Which staged row: where it lies in its table, and whence it came. */
const staged = { tid: 'tid', ...line };

const staging: Readonly<Record<(typeof stagingMeta)[number], string>> = {
  file_no: 'integer not null',
  line: 'integer not null',
  key: 'uuid not null',
  row_hash: 'bigint not null',
  repeat: 'boolean not null',
};

/** One for each dataset, whose name follows: `pairs_ecritures`. */
export const tablesOfDataset = {
  /** Rows as the thread wrote them, less those that the load has left out. */
  staging: { columns: staging, hasFileColumns: true },
  /** Staged rows whose key repeats, and what became of each: kept, duplicate, rejected, or moved to another key. */
  repeats: {
    columns: {
      ...{ ...staged, key: 'uuid', verdict: 'text', ordinal: 'bigint', unidentified: 'boolean', piece: 'text' },
    },
  },
  /** Keys of lines of the last snapshot that are not in this one as they were. */
  removed: { columns: { key: 'uuid not null' } },
  /** What refused records name. */
  spared: { columns: text(sparedColumns) },
  /** What differs between staged and stored rows; `vanished`: stored ones that no file names. */
  pairs: { columns: { ...storedRow, vanished: 'boolean', ...line, row_hash: 'bigint' }, hasFileColumns: true },
  /** Pairs that are staged, as the rows that they are to become; `action`: inserted, updated, unchanged, manual, rejected. */
  delta: {
    columns: { ...storedRow, row_hash: 'bigint', ...line, action: 'text', reopened: 'boolean' },
    hasFileColumns: true,
    ofEntries: { old_letter: 'text', old_company: 'text', old_client_code: 'text', old_account: 'text' },
  },
  /** Pairs that vanish, with what identifies them. */
  gone: {
    columns: { key: 'uuid', company: 'text', id: 'text', client_code: 'text', piece_number: 'text', open: 'boolean' },
  },
} as const satisfies Readonly<Record<string, TempTable>>;

/** One for the sync. */
export const tablesOfSync = {
  /** Refusals that only the database could decide: maybe one for each line. */
  late_rejections: {
    columns: {
      ...{ dataset: 'text not null', file_no: 'integer not null', line: 'integer not null', column_name: 'text' },
      ...{ code: 'text not null', value: 'text', place: 'integer generated always as identity' },
    },
  },
  /** The lines of one file as they stand there, for those refusals. */
  late_raws: { columns: { line: 'integer', raw: 'text' } },
  /** Refusals on their way to `rejections`: what comes from the thread lacks the tenant and the sync. */
  new_rejections: { columns: { ...text(rejectionColumns), ...line } },

  /** Entries of FECs of several exercises: `since` which opening of its client's each counts, `own` the last of these. */
  ledger: {
    columns: {
      ...{
        ...staged,
        ...client,
        piece_number: 'text',
        entry_date: 'date',
        amount: 'numeric(15,2)',
        opening: 'boolean',
      },
      ...{ since: 'date', own: 'date', opened: 'date' },
    },
  },
  /** Each client among them: what was owed before, and what was carried forward. */
  accounts: {
    columns: {
      ...{ ...client, own: 'date', opened: 'date', has_before: 'boolean', closing: 'numeric', carried: 'numeric' },
      ...{ rows_before: 'bigint', left_over: 'numeric', differs: 'boolean', is_square: 'boolean', is_lost: 'boolean' },
    },
  },
  /** Entries that stand in the later exercise as the balance that was carried forward. */
  carried: { columns: { ...staged, value: 'text' } },

  /** Identities that more than one entry has or had, of which a staged row differs. */
  instalment_groups: { columns: storedRow },
  /** Staged rows of these that get another key than their ordinal gave them. */
  instalment_moves: { columns: { old_key: 'uuid', new_key: 'uuid' } },

  /** Letter groups that add up to zero, where everything is inserted. */
  balanced_letters: { columns: { ...client, account: 'text', letter: 'text' } },
  /** Letter groups that rows of the delta join or leave, or vanish from. */
  touched_letters: { columns: { ...client, account: 'text', letter: 'text' } },
  /** Entries of these that are to be settled, or opened again. */
  judged: { columns: { ...storedRow, balanced: 'boolean' } },

  /** Clients whose payment term has changed. */
  changed_terms: { columns: { ...client, term: 'integer' } },
  /** Their entries, and the due dates that follow. */
  changed_due_dates: { columns: { key: 'uuid', due_date: 'date' } },
} as const satisfies Readonly<Record<string, TempTable>>;

/** Whatever belongs to one dataset: a staging, or what else knows whose it is. */
interface OfDataset {
  target: { dataset: Dataset };
}

const named =
  (name: keyof typeof tablesOfDataset) =>
  ({ target }: OfDataset): string =>
    `${name}_${target.dataset}`;

export const stagingTable = named('staging');
export const repeatsTable = named('repeats');
export const removedTable = named('removed');
export const sparedTable = named('spared');
export const pairsTable = named('pairs');
export const deltaTable = named('delta');
export const goneTable = named('gone');

/** Makes a table that COPY or later statements fill. `orKeep`: unless it is there already. */
export async function createTable(
  tx: Tx,
  name: string,
  columns: TempTable['columns'],
  { orKeep = false } = {},
): Promise<void> {
  const declared = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
  const unless = orKeep ? 'if not exists ' : '';
  await query(tx, `create temp table ${unless}${name} (${declared.join(', ')}) on commit drop`);
}
