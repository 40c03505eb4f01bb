import { and, gt, inArray, isNull, sql as words } from 'drizzle-orm';
import type { Ban, LaidBan } from '../model/ban.ts';
import type { Database, Tx } from './client.ts';
import { bans } from './tables.ts';

/** Keeps on record which bans a process's penalties have laid; those that are over are forgotten. */
export async function recordBans({ sql }: Database, keeper: string, laid: readonly LaidBan[]): Promise<void> {
  await sql`delete from bans where until < now()`;
  await sql`
    insert into bans (keeper, kind, subject, until)
    select ${keeper}, kind, subject, now() + for_ms * interval '1 millisecond'
    from unnest(${laid.map(({ kind }) => kind)}::text[], ${laid.map(({ subject }) => subject)}::text[],
      ${laid.map(({ forMs }) => Math.ceil(forMs))}::bigint[]) as laid (kind, subject, for_ms)
    on conflict (keeper, kind, subject)
      do update set since = excluded.since, until = excluded.until, lifted_at = null`;
}

/** Takes those of its bans that were lifted. */
export async function takeLifted({ sql }: Database, keeper: string): Promise<Ban[]> {
  return sql<Ban[]>`
    delete from bans where keeper = ${keeper} and lifted_at is not null returning kind, subject`;
}

/** A process that ends takes its bans along. */
export async function forgetBans({ sql }: Database, keeper: string): Promise<void> {
  await sql`delete from bans where keeper = ${keeper}`;
}

export interface ListedBan extends Ban {
  since: Date;
  until: Date;
  /** How many processes have laid it. */
  processes: number;
}

const MOST_LISTED = 1000;

/** In force, the latest first, at most a thousand. */
export async function listBans({ sql }: Database): Promise<ListedBan[]> {
  const rows = await sql<(Ban & { since: string; until: string; processes: number })[]>`
    select kind, subject, min(since) as since, max(until) as until, count(*)::int as processes from bans
    where until > now() and lifted_at is null
    group by kind, subject order by max(since) desc, kind, subject limit ${MOST_LISTED}`;
  return rows.map((row) => ({ ...row, since: new Date(row.since), until: new Date(row.until) }));
}

/**
 * Lifts what stands against any of these subjects; the processes that laid it follow within seconds.
 * @returns what was lifted, each once
 */
export async function liftBans(tx: Tx, subjects: readonly string[]): Promise<Ban[]> {
  const rows = await tx
    .update(bans)
    .set({ liftedAt: words`now()` })
    .where(and(inArray(bans.subject, [...subjects]), gt(bans.until, words`now()`), isNull(bans.liftedAt)))
    .returning({ kind: bans.kind, subject: bans.subject });
  return [...new Map(rows.map((ban) => [`${ban.kind} ${ban.subject}`, ban])).values()];
}
