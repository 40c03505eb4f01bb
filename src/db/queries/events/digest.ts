import type { Dataset } from '../../../model/dataset.ts';
import type { SyncState } from '../../../model/states.ts';
import type { SyncFailure } from '../../../model/sync.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';
import { mailJob } from './mails.ts';

/** What happened to a tenant between two times. Lists hold at most `MOST`. */
export interface DigestFacts {
  /** Uploads that came. */
  received: number;
  /** Syncs that came to an end, by their state. */
  syncs: Partial<Record<SyncState, number>>;
  /** Lines of the syncs that were applied. */
  lines: { read: number; inserted: number; updated: number; rejected: number };
  /** Syncs that wait for a decision, whenever they came. */
  held: number[];
  failed: { id: number; error: SyncFailure | null }[];
  aside: { name: string; reason: { code: string; params: Record<string, string> } }[];
  missing: { dataset: Dataset; day: string }[];
}

const MOST = 20;

/**
 * Queues the digest of a day for each recipient who wants one and has not had it: one statement, so that it goes out
 * once, however often the job runs and however many nodes there are.
 */
export async function queueDigests(sql: Sql, day: string): Promise<void> {
  await sql`
    with due as (
      update recipients set digest_day = ${day}
      where digest and (digest_day is null or digest_day < ${day}) returning tenant_id, email
    )
    select ${mailJob(sql, {
      ...{ tenant: sql`tenant_id`, email: sql`email` },
      payload: sql`json_build_object('tenant', tenant_id, 'email', email, 'digest', ${day}::text)`,
      key: sql`'digest:' || ${day}::text || ':' || tenant_id || ':' || email`,
    })} from due`;
}

export async function digestFacts(sql: Sql, tenant: TenantId, from: Date, to: Date): Promise<DigestFacts> {
  const ended = sql`s.tenant_id = ${tenant} and s.finished_at >= ${from} and s.finished_at < ${to}`;
  const [received] = await sql<{ count: number }[]>`
    select count(*)::int as count from uploads
    where tenant_id = ${tenant} and received_at >= ${from} and received_at < ${to}`;
  const states = await sql<{ state: SyncState; count: number }[]>`
    select state, count(*)::int as count from syncs s where ${ended} group by state`;
  const [lines] = await sql<DigestFacts['lines'][]>`
    select coalesce(sum(read), 0)::int as read, coalesce(sum(inserted), 0)::int as inserted,
      coalesce(sum(updated), 0)::int as updated, coalesce(sum(rejected), 0)::int as rejected
    from syncs s join sync_files f on f.tenant_id = s.tenant_id and f.sync_id = s.id
    where ${ended} and s.state = 'applied'`;
  const held = await sql<{ id: number }[]>`
    select id::float8 as id from syncs where tenant_id = ${tenant} and state = 'held' order by id desc limit ${MOST}`;
  const failed = await sql<DigestFacts['failed']>`
    select id::float8 as id, error from syncs s where ${ended} and state = 'failed' order by s.id limit ${MOST}`;
  const aside = await sql<DigestFacts['aside']>`
    select f.detail->>'name' as name, f.detail->'quarantine' as reason
    from syncs s join sync_files f on f.tenant_id = s.tenant_id and f.sync_id = s.id
    where ${ended} and f.detail->>'quarantine' is not null order by s.id, f.file_no limit ${MOST}`;
  const missing = await sql<DigestFacts['missing']>`
    select data->>'dataset' as dataset, data->>'day' as day from events
    where tenant_id = ${tenant} and type = 'upload.expected_missing' and at >= ${from} and at < ${to}
    order by id limit ${MOST}`;
  return {
    received: received?.count ?? 0,
    syncs: Object.fromEntries(states.map(({ state, count }) => [state, count])),
    lines: lines ?? { read: 0, inserted: 0, updated: 0, rejected: 0 },
    held: held.map(({ id }) => id),
    ...{ failed: [...failed], aside: [...aside], missing: [...missing] },
  };
}
