import type { Dataset } from '../model/dataset.ts';
import type { Scope } from '../model/scope.ts';
import type { GuardTrip } from '../model/sync.ts';
import { byKey, query, type Params, type Tx } from './query.ts';
import type { Within } from './scope.ts';
import type { Staging } from './staging.ts';
import { pairsTable } from './temp-tables.ts';

/** The tenant's limits, as shares between 0 and 1. */
export interface GuardLimits {
  guardSettle: number;
  guardRows: number;
}

export interface GuardFacts {
  /** Acceptable rows in this snapshot, and in the last one of its scope that was applied; `null`: there was none. */
  rows: number;
  lastRows: number | null;
  /**
   * Entries that are open now, and those of them that the snapshot would settle by not naming them. Of the open ones
   * only so many as show that the others are within the limit.
   */
  open: Owed;
  settling: Owed;
}

interface Owed {
  entries: number;
  amount: number;
}

/** Whether a snapshot looks like an accident. Pure: every rule that trips, with what it measured. */
export function judgeSnapshot(dataset: Dataset, facts: GuardFacts, limits: GuardLimits): GuardTrip[] {
  const trips: GuardTrip[] = [];
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const settles = (rule: GuardTrip['rule'], measured: number) => {
    if (measured > limits.guardSettle) trips.push({ dataset, rule, measured, allowed: limits.guardSettle });
  };
  settles('settles_entries', share(facts.settling.entries, facts.open.entries));
  settles('settles_amount', share(facts.settling.amount, facts.open.amount));
  if (facts.lastRows !== null && facts.rows < facts.lastRows * limits.guardRows)
    trips.push({ dataset, rule: 'few_rows', measured: facts.rows / facts.lastRows, allowed: limits.guardRows });
  return trips;
}

/**
 * @param rows how many rows of the snapshot were accepted
 * @param vanishing where `pairs` knows what vanished: of which rows it may be
 * @param limit the share of what is open that may be settled
 */
export async function guardFacts(
  tx: Tx,
  staging: Staging,
  {
    rows,
    scope,
    vanishing,
    limit,
  }: { rows: number; scope: readonly Scope[]; vanishing: Within | undefined; limit: number },
  params: Params,
): Promise<GuardFacts> {
  const lastRows = await lastSnapshotRows(tx, staging, scope, params);
  const settling =
    vanishing && staging.target.dataset === 'ecritures' ? await settlingNow(tx, staging, params) : nothing;
  // Most nights nothing open vanishes, and then the table need not be read.
  const open = vanishing && settling.entries > 0 ? await openAgainst(tx, settling, vanishing, limit, params) : nothing;
  return { rows, lastRows, open, settling };
}

const nothing: Owed = { entries: 0, amount: 0 };

/** A few times what would settle is mostly enough to see that it is within the limit; what is not read only adds to it. */
async function openAgainst(tx: Tx, settling: Owed, within: Within, limit: number, params: Params): Promise<Owed> {
  const some = limit > 0 ? await openNow(tx, within, Math.ceil((3 * settling.entries) / limit), params) : nothing;
  const isEnough = settling.entries <= some.entries * limit && settling.amount <= some.amount * limit;
  return isEnough ? some : openNow(tx, within, null, params);
}

/** What is still owed, either way round: credit notes and payments are open amounts too. */
const owed = `count(*) as entries, coalesce(sum(abs(coalesce(t.balance, t.amount))), 0)::float8 as amount`;

async function settlingNow(tx: Tx, staging: Staging, params: Params): Promise<Owed> {
  const [row] = await byKey(tx, () =>
    query(
      tx,
      `select ${owed} from ${pairsTable(staging)} p
     join ecritures t on t.tenant_id = p.tenant_id and t.key = p.key where p.vanished and t.status = 'open'`,
      params,
    ),
  );
  return { entries: Number(row?.['entries']), amount: Number(row?.['amount']) };
}

async function openNow(tx: Tx, within: Within, most: number | null, params: Params): Promise<Owed> {
  const [row] = await query(
    tx,
    `select ${owed} from (
       select balance, amount from ecritures e
       where tenant_id = {tenant}::text and status = 'open' and ${within('e')} limit {most}::int) t`,
    { ...params, most },
  );
  return { entries: Number(row?.['entries']), amount: Number(row?.['amount']) };
}

/**
 * Rows that the last applied snapshot of this dataset and scope brought, whatever it was split into. Of the first after
 * an update nobody knows the scope.
 */
async function lastSnapshotRows(
  tx: Tx,
  staging: Staging,
  scope: readonly Scope[],
  params: Params,
): Promise<number | null> {
  const [row] = await query(
    tx,
    `select sum(f.inserted + f.updated + f.unchanged)::int as rows
     from sync_files f where f.tenant_id = {tenant}::text and f.dataset = {dataset}::text and f.sync_id = (
       select f.sync_id from sync_files f
       join syncs s on s.tenant_id = f.tenant_id and s.id = f.sync_id
       where f.tenant_id = {tenant}::text and f.dataset = {dataset}::text and f.sync_id <> {sync}::bigint
         and s.state = 'applied' and s.reverted_by is null and f.detail->>'mode' = 'snapshot'
         and coalesce(f.detail->'scope', {scope}::text::jsonb) = {scope}::text::jsonb
         and not (f.detail->>'sameAsBefore')::boolean and f.detail->>'quarantine' is null
       order by s.place desc limit 1)`,
    { ...params, dataset: staging.target.dataset, scope: JSON.stringify(scope) },
  );
  const rows = row?.['rows'];
  return typeof rows === 'number' ? rows : null;
}
