import type { TransactionSql } from 'postgres';
import { datasets, type Dataset } from '../../../model/dataset.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';
import { fromStored, rowColumns, rowOf, type Row } from '../rows/columns.ts';
import { alongTheKey } from '../rows/rows.ts';

/** Behind a whole sync (0: before all), or behind one change of it. */
export interface FeedPosition {
  syncId: number;
  behind: { dataset: Dataset; key: string } | null;
}

/** One row that an applied sync inserted, changed or removed. */
export interface FeedItem {
  syncId: number;
  dataset: Dataset;
  change: string;
  key: string;
  /** As it is now, which later syncs may have changed again; null where it is there no more. */
  row: Row | null;
  /**
   * What it said before the sync, without empty columns; of one that vanished, only what that changed. Null for an
   * inserted one.
   */
  before: Row | null;
}

export interface FeedPage {
  items: FeedItem[];
  /** Where the next page begins, now or after the next sync. */
  next: FeedPosition;
  hasMore: boolean;
}

/** A page reads no more syncs than this, whatever it finds in them. */
const MOST_SYNCS = 50;

/**
 * What applied syncs did, in the order in which they were applied, each by dataset and key. Of a sync the changes are
 * found by their key, and inserted rows by reading on along the index of the rows: all pages of a sync together read it
 * once. A sync that is applied meanwhile comes behind all others, whatever its number: one that was held may be older.
 * @returns undefined where the position names no finished sync
 */
export async function feedPage(
  sql: Sql,
  tenant: TenantId,
  since: FeedPosition,
  limit: number,
): Promise<FeedPage | undefined> {
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    if (!(await isPosition(tx, tenant, since))) return undefined;
    const syncs = await appliedSince(tx, tenant, since);
    await tx.unsafe(alongTheKey);
    return collect({ tx, tenant, limit }, since, syncs);
  });
}

/** As `feedPage`, of one applied sync: some of its changes by dataset and key, at most `limit`. */
export async function changesOfSync(
  sql: Sql,
  tenant: TenantId,
  syncId: number,
  { behind, limit }: { behind: FeedPosition['behind']; limit: number },
): Promise<FeedItem[]> {
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    const sync = { id: syncId, inserted: await insertedBy(tx, tenant, syncId) };
    await tx.unsafe(alongTheKey);
    return (await collect({ tx, tenant, limit }, { syncId, behind }, [sync])).items;
  });
}

/** The position behind everything that is applied now. */
export async function endOfFeed(sql: Sql, tenant: TenantId): Promise<FeedPosition> {
  const [last] = await sql<{ id: number }[]>`
    select id::float8 as id from syncs where tenant_id = ${tenant} and state = 'applied'
    order by place desc limit 1`;
  return { syncId: last?.id ?? 0, behind: null };
}

interface AppliedSync {
  id: number;
  /** Datasets into which it inserted rows. */
  inserted: Dataset[];
}

async function isPosition(tx: TransactionSql, tenant: TenantId, { syncId }: FeedPosition): Promise<boolean> {
  if (syncId === 0) return true;
  const found = await tx`
    select 1 from syncs where tenant_id = ${tenant} and id = ${syncId} and place is not null`;
  return found.length > 0;
}

/** One more than a page reads. A position within a sync includes that one. */
function appliedSince(tx: TransactionSql, tenant: TenantId, { syncId, behind }: FeedPosition): Promise<AppliedSync[]> {
  const at = tx`(select p.place from syncs p where p.tenant_id = ${tenant} and p.id = ${syncId})`;
  const from = behind ? tx`and s.place >= ${at}` : tx`and s.place > ${at}`;
  return tx<AppliedSync[]>`
    select s.id::float8 as id,
      array(select distinct f.dataset from sync_files f
        where f.tenant_id = s.tenant_id and f.sync_id = s.id and f.inserted > 0) as inserted
    from syncs s where s.tenant_id = ${tenant} and s.state = 'applied' ${syncId === 0 ? tx`` : from}
    order by s.place limit ${MOST_SYNCS + 1}`;
}

async function insertedBy(tx: TransactionSql, tenant: TenantId, syncId: number): Promise<Dataset[]> {
  const rows = await tx<{ dataset: Dataset }[]>`
    select distinct dataset from sync_files where tenant_id = ${tenant} and sync_id = ${syncId} and inserted > 0`;
  return rows.map(({ dataset }) => dataset);
}

interface Reading {
  tx: TransactionSql;
  tenant: TenantId;
  limit: number;
}

async function collect(reading: Reading, since: FeedPosition, syncs: readonly AppliedSync[]): Promise<FeedPage> {
  const items: FeedItem[] = [];
  let next = since;
  for (const sync of syncs.slice(0, MOST_SYNCS)) {
    for (const part of partsOf(sync, since)) {
      items.push(...(await itemsOf({ ...reading, limit: reading.limit - items.length }, part)));
      const last = items.at(-1);
      if (last && items.length === reading.limit)
        return { items, next: { syncId: sync.id, behind: { dataset: last.dataset, key: last.key } }, hasMore: true };
    }
    next = { syncId: sync.id, behind: null };
  }
  return { items, next, hasMore: syncs.length > MOST_SYNCS };
}

/** What one sync did to one dataset, behind a key. */
interface Part {
  syncId: number;
  dataset: Dataset;
  inserted: boolean;
  behind: string | undefined;
}

/** The sync in which the position stands is gone on with behind it. */
function partsOf({ id, inserted }: AppliedSync, { syncId, behind }: FeedPosition): Part[] {
  const within = behind && syncId === id ? behind : undefined;
  return datasets.slice(within ? datasets.indexOf(within.dataset) : 0).map((dataset) => ({
    syncId: id,
    dataset,
    inserted: inserted.includes(dataset),
    behind: within?.dataset === dataset ? within.key : undefined,
  }));
}

async function itemsOf(reading: Reading, part: Part): Promise<FeedItem[]> {
  const inserted = part.inserted ? await insertedRows(reading, part) : [];
  const changed = await changedRows(reading, part);
  const isNew = new Set(inserted.map(({ key }) => key));
  // A row that the sync inserted and then changed, as lettering does, is an inserted one.
  return [...inserted, ...changed.filter(({ key }) => !isNew.has(key))]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, reading.limit);
}

const columnList = (dataset: Dataset): string => rowColumns[dataset].map(({ name }) => `"${name}"`).join(', ');

async function insertedRows({ tx, tenant, limit }: Reading, part: Part): Promise<FeedItem[]> {
  const { syncId, dataset, behind } = part;
  const found = await tx`
    select ${tx.unsafe(columnList(dataset))} from ${tx(dataset)}
    where tenant_id = ${tenant} and first_seen = ${syncId} ${behind === undefined ? tx`` : tx`and key > ${behind}`}
    order by key limit ${limit}`.values();
  return found.map((cells) => {
    const row = rowOf(dataset, cells);
    return { syncId, dataset, change: 'inserted', key: row['key'] as string, row, before: null };
  });
}

interface StoredChange {
  key: string;
  change: string;
  before: Record<string, unknown>;
}

async function changedRows(reading: Reading, part: Part): Promise<FeedItem[]> {
  const { tx, tenant, limit } = reading;
  const { syncId, dataset, behind } = part;
  const found = await tx<StoredChange[]>`
    select key, change, before from changes
    where tenant_id = ${tenant} and sync_id = ${syncId} and dataset = ${dataset}
      ${behind === undefined ? tx`` : tx`and key > ${behind}`}
    order by key limit ${limit}`;
  const rows = await rowsNow(
    reading,
    dataset,
    found.map(({ key }) => key),
  );
  return found.map(({ key, change, before }) => ({
    syncId,
    dataset,
    change,
    key,
    row: rows.get(key) ?? null,
    before: fromStored(dataset, before),
  }));
}

async function rowsNow({ tx, tenant }: Reading, dataset: Dataset, keys: readonly string[]): Promise<Map<string, Row>> {
  if (keys.length === 0) return new Map();
  const found = await tx`
    select ${tx.unsafe(columnList(dataset))} from ${tx(dataset)}
    where tenant_id = ${tenant} and key = any(${[...keys]}::uuid[])`.values();
  return new Map(found.map((cells) => rowOf(dataset, cells)).map((row) => [row['key'] as string, row]));
}
