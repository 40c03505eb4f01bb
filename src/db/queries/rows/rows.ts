import type { TransactionSql } from 'postgres';
import type { Dataset } from '../../../model/dataset.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';
import { cellBatches, type Statement } from '../../cursor.ts';
import { rowColumns, rowOf, type Cells, type Row } from './columns.ts';

/** What rows can be asked for; `active` of clients and contacts, and what concerns debts of ecritures. */
export interface RowFilters {
  clientCode?: string;
  company?: string;
  /** Anywhere in one of the searched columns, whatever the case. */
  text?: string;
  /** Inserted or changed by a later sync than this. */
  changedSince?: number;
  active?: boolean;
  status?: 'open' | 'settled' | 'settled_presumed';
  entryType?: string;
  /** ISO dates, exclusive. */
  dueBefore?: string;
  dueAfter?: string;
  /** Open and due before this day. */
  overdueOn?: string;
}

/** What `text` looks into. */
const searched: Readonly<Record<Dataset, readonly string[]>> = {
  clients: ['client_code', 'name'],
  contacts: ['last_name', 'first_name', 'email'],
  ecritures: ['piece_number', 'label'],
};

/** What stands for an empty cell where rows are sorted, since a position is found again by comparing. */
const LAST_DAY = 'infinity';
const NO_TEXT = '';

/**
 * Property to sort by → its column, and what stands for an empty cell. Apart from the key itself no order has an index:
 * a page reads all of the tenant's rows once (0.36 s for a million), which costs imports nothing.
 */
const orders: Readonly<Record<Dataset, Readonly<Record<string, { column: string; empty?: string }>>>> = {
  clients: { clientCode: { column: 'client_code' }, name: { column: 'name' } },
  contacts: { clientCode: { column: 'client_code' }, lastName: { column: 'last_name', empty: NO_TEXT } },
  ecritures: {
    clientCode: { column: 'client_code' },
    pieceNumber: { column: 'piece_number' },
    entryDate: { column: 'entry_date' },
    dueDate: { column: 'due_date', empty: LAST_DAY },
    amount: { column: 'amount' },
  },
};

/** The properties by which the rows of a dataset can be sorted. */
export const sortable = (dataset: Dataset): string[] => Object.keys(orders[dataset]);

export interface RowSort {
  property: string;
  descending: boolean;
}

/** What the last row of a page was sorted by (null for the key alone), and its key. */
export type RowPosition = readonly [value: string | null, key: string];

export interface RowQuery {
  filters: RowFilters;
  /** By the key, where it is not given: the order of the index, so that a page reads little more than it shows. */
  sort?: RowSort;
  after?: RowPosition;
}

/** The first rows of a query, at most `limit`. */
export function someRows(sql: Sql, tenant: TenantId, dataset: Dataset, query: RowQuery, limit: number): Promise<Row[]> {
  const { text, values } = statement(tenant, dataset, query);
  return reading(sql, query, async (tx) => {
    const found = await tx.unsafe(`${text} limit ${limit}`, values).values();
    return found.map((cells) => rowOf(dataset, cells));
  });
}

/** Where the rows behind this one begin. */
export function positionOf(dataset: Dataset, sort: RowSort | undefined, row: Row): RowPosition {
  const value = sort ? (row[sort.property] ?? orders[dataset][sort.property]?.empty) : null;
  return [value as string | null, row['key'] as string];
}

const BATCH = 500;

/**
 * All rows of a query, as of one moment, in batches of 500, each row as its cells in the order of `rowColumns`. The database makes a batch when it is asked for one, so a
 * slow reader holds a connection and a snapshot, and no memory. What `work` throws ends both.
 */
export async function withRows<T>(
  sql: Sql,
  tenant: TenantId,
  dataset: Dataset,
  query: RowQuery,
  work: (batches: AsyncIterable<Cells[]>) => Promise<T>,
): Promise<T> {
  return reading(sql, query, (tx) => work(cellBatches(tx, statement(tenant, dataset, query), BATCH)));
}

/**
 * In the order of the key the index is read and nothing sorted: the planner would rather collect all that a rare filter
 * matches, and do so again for every page.
 */
function reading<T>(sql: Sql, { sort }: RowQuery, work: (tx: TransactionSql) => Promise<T>): Promise<T> {
  return sql.begin('read only', async (tx) => {
    await tx.unsafe(sort ? 'set local jit = off' : alongTheKey);
    return work(tx);
  }) as Promise<T>;
}

/** For a transaction that reads a dataset in the order of its key. */
export const alongTheKey = `set local jit = off; set local enable_sort = off; set local enable_seqscan = off;
  set local enable_bitmapscan = off`;

type Value = string | number | boolean;
type Given = (value: Value) => string;

function statement(tenant: TenantId, dataset: Dataset, { filters, sort, after }: RowQuery): Statement {
  const values: Value[] = [];
  const given: Given = (value) => `$${values.push(value)}`;
  const order = sort ? [orderBy(dataset, sort), 'key'] : ['key'];
  const direction = sort?.descending ? 'desc' : 'asc';
  const conditions = [
    `tenant_id = ${given(tenant)}`,
    ...conditionsOf(dataset, filters, given),
    ...(after ? [behind(after, order, direction, given)] : []),
  ];
  const columns = rowColumns[dataset].map(({ name }) => `"${name}"`);
  return {
    text: `select ${columns.join(', ')} from ${dataset} where ${conditions.join(' and ')}
      order by ${order.map((each) => `${each} ${direction}`).join(', ')}`,
    values,
  };
}

function orderBy(dataset: Dataset, { property }: RowSort): string {
  const order = orders[dataset][property];
  if (!order) throw new Error(`${dataset} are not sorted by ${property}`);
  return order.empty === undefined ? order.column : `coalesce(${order.column}, '${order.empty}')`;
}

function behind([value, key]: RowPosition, order: readonly string[], direction: 'asc' | 'desc', given: Given): string {
  const values = order.length > 1 ? [value ?? '', key] : [key];
  return `(${order.join(', ')}) ${direction === 'asc' ? '>' : '<'} (${values.map(given).join(', ')})`;
}

type Condition<V> = (value: V, given: Given, dataset: Dataset) => string;

/** Filter → the condition that it sets; texts are stored in Unicode's form C. Every value is a parameter; only datasets that have the column are asked. */
const conditionOf: { [F in keyof RowFilters]-?: Condition<NonNullable<RowFilters[F]>> } = {
  clientCode: (value, given) => `client_code = ${given(value.normalize('NFC'))}`,
  company: (value, given) => `company = ${given(value.normalize('NFC'))}`,
  text: (value, given, dataset) => {
    const pattern = given(`%${value.normalize('NFC').replace(/[\\%_]/g, '\\$&')}%`);
    return `(${searched[dataset].map((column) => `${column} ilike ${pattern}`).join(' or ')})`;
  },
  changedSince: (value, given) => `last_changed > ${given(value)}`,
  active: (value, given) => `active = ${given(value)}`,
  status: (value, given) => `status = ${given(value)}`,
  entryType: (value, given) => `entry_type = ${given(value)}`,
  dueBefore: (value, given) => `due_date < ${given(value)}`,
  dueAfter: (value, given) => `due_date > ${given(value)}`,
  overdueOn: (value, given) => `status = 'open' and due_date < ${given(value)}`,
};

function conditionsOf(dataset: Dataset, filters: RowFilters, given: Given): string[] {
  return Object.entries(filters).flatMap(([filter, value]) => {
    const condition = conditionOf[filter as keyof RowFilters] as Condition<unknown>;
    return value === undefined ? [] : [condition(value, given, dataset)];
  });
}
