import { and, gt, inArray, sql as words } from 'drizzle-orm';
import type { Ban, BanSide } from '../../../model/ban.ts';
import type { Database, Sql, Tx } from '../../client.ts';
import { penalties } from '../../schema/tables.ts';

/** Whose failure is counted, and from how many on a ban follows. */
export interface FailureOf extends Ban {
  /** In a row, until the ban. */
  limit: number;
  banMs: number;
  /** Silence after which failures are forgotten. */
  forgetMs: number;
}

/** What all processes count. */
export interface Counted extends Ban {
  /** In a row; those that laid a ban are its limit. */
  failures: number;
  /** Milliseconds for which a ban is still in force; 0: none is. */
  banMs: number;
}

export interface CountedFailure extends Counted {
  /** This failure laid the ban. Otherwise one that is in force was there before, and the failure came too late. */
  laid: boolean;
}

/** A failed sign-in is no reason to wait for the disk: those of the last half second may be forgotten with a crash. */
const quick = (sql: Sql) => sql`select set_config('synchronous_commit', 'off', true) as quick`;

/**
 * Counts one more failure of each, whichever process saw the others, and lays the bans that follow. In the order of the
 * database: of parallel attempts in several processes, one whose failure comes behind a ban learns so.
 */
export async function countFailures(
  { sql }: Database,
  side: BanSide,
  failed: readonly FailureOf[],
): Promise<CountedFailure[]> {
  const column = <K extends keyof FailureOf>(name: K) => failed.map((one) => one[name]);
  const rows = await sql<(CountedFailure & { banMs: number })[]>`
    with quick as (${quick(sql)}),
    failed as (
      select f.* from quick, unnest(${column('kind')}::text[], ${column('subject')}::text[], ${column('limit')}::int[],
        ${column('banMs')}::bigint[], ${column('forgetMs')}::bigint[]) as f (kind, subject, most, ban_ms, forget_ms)
      order by kind, subject
    )
    insert into penalties as p (side, kind, subject, failures) select ${side}, kind, subject, 1 from failed
    on conflict (side, kind, subject) do update set (failures, since, until, changed_at) = (
      select case when p.until > now() then p.failures when trips then 0 else count end,
        case when trips then now() else p.since end,
        case when trips then now() + ban_ms * interval '1 millisecond' else p.until end,
        case when trips then now() else p.changed_at end
      from (
        select f.ban_ms, c.count, c.count >= f.most and coalesce(p.until <= now(), true) as trips
        from failed f, lateral (select case when p.failed_at < now() - f.forget_ms * interval '1 millisecond' then 1
          else p.failures + 1 end as count) c
        where (f.kind, f.subject) = (excluded.kind, excluded.subject)
      ) one), failed_at = now()
    returning kind, subject, failures, coalesce(since = now(), false) as laid,
      coalesce(extract(epoch from greatest(until - now(), interval '0'))::float8 * 1000, 0) as "banMs"`;
  const limits = new Map(failed.map((one) => [`${one.kind} ${one.subject}`, one.limit]));
  return rows.map((row) => ({
    ...row,
    failures: row.laid ? (limits.get(`${row.kind} ${row.subject}`) ?? 0) : row.failures,
  }));
}

/** What is counted of these; of whom nothing is counted is left out. */
export async function countedOf({ sql }: Database, side: BanSide, whom: readonly FailureOf[]): Promise<Counted[]> {
  return sql<Counted[]>`
    select p.kind, p.subject, p.failures,
      coalesce(extract(epoch from greatest(until - now(), interval '0'))::float8 * 1000, 0) as "banMs"
    from penalties p
    join unnest(${whom.map(({ kind }) => kind)}::text[], ${whom.map(({ subject }) => subject)}::text[],
      ${whom.map(({ forgetMs }) => forgetMs)}::bigint[]) as w (kind, subject, forget_ms) using (kind, subject)
    where p.side = ${side}
      and (p.until > now() or p.failed_at > now() - forget_ms * interval '1 millisecond')`;
}

/** A ban that a process laid while the database was away. */
export async function recordBans({ sql }: Database, side: BanSide, laid: readonly Counted[]): Promise<void> {
  await sql`
    insert into penalties (side, kind, subject, failures, since, until, changed_at)
    select ${side}, kind, subject, 0, now(), now() + for_ms * interval '1 millisecond', now()
    from unnest(${laid.map(({ kind }) => kind)}::text[], ${laid.map(({ subject }) => subject)}::text[],
      ${laid.map(({ banMs }) => Math.ceil(banMs))}::bigint[]) as laid (kind, subject, for_ms)
    on conflict (side, kind, subject) do update
      set failures = 0, since = excluded.since, until = excluded.until, changed_at = excluded.changed_at`;
}

const MOST_CHANGES = 10_000;

/**
 * Bans that were laid or lifted since, as they stand now: `banMs` 0 is lifted.
 * @param since as an earlier look gave it; the first one asks for all in force
 */
export async function changedBans(
  { sql }: Database,
  side: BanSide,
  since: string | null,
): Promise<{ bans: Counted[]; now: string }> {
  const [clock] = await sql<{ now: string }[]>`select (now() - interval '10 seconds')::text as now`;
  const bans = await sql<Counted[]>`
    select kind, subject, failures, extract(epoch from greatest(until - now(), interval '0'))::float8 * 1000 as "banMs"
    from penalties
    where side = ${side} and changed_at is not null
      and ${since === null ? sql`until > now()` : sql`changed_at > ${since}::timestamptz`}
    order by changed_at desc limit ${MOST_CHANGES}`;
  return { bans, now: clock?.now ?? '' };
}

/** Who signs in starts again. */
export async function forgetFailures({ sql }: Database, side: BanSide, { kind, subject }: Ban): Promise<void> {
  await sql`
    with quick as (${quick(sql)})
    update penalties set failures = 0, until = null, since = null,
      changed_at = case when until is null then null else now() end
    from quick where side = ${side} and kind = ${kind} and subject = ${subject}`;
}

/** More than so many are forgotten, those that failed longest ago first: strangers make them. */
const MOST = 100_000;

/** Removes what is over. @param forgetMs silence after which failures are forgotten */
export async function sweepPenalties({ sql }: Database, forgetMs: number): Promise<void> {
  await sql`
    delete from penalties where failed_at < now() - ${forgetMs} * interval '1 millisecond'
      and coalesce(until < now(), true) and coalesce(changed_at < now() - interval '1 minute', true)`;
  await sql`
    delete from penalties where failed_at < (select failed_at from penalties order by failed_at desc offset ${MOST} limit 1)`;
}

export interface ListedBan extends Ban {
  side: BanSide;
  since: Date;
  until: Date;
}

const MOST_LISTED = 1000;

/** In force, the latest first, at most a thousand. */
export async function listBans({ sql }: Database): Promise<ListedBan[]> {
  const rows = await sql<(Ban & { side: BanSide; since: string; until: string })[]>`
    select side, kind, subject, since, until from penalties
    where until > now() order by since desc, kind, subject limit ${MOST_LISTED}`;
  return rows.map((row) => ({ ...row, since: new Date(row.since), until: new Date(row.until) }));
}

/**
 * Lifts what stands against any of these subjects; processes follow within seconds.
 * @returns what was lifted, each once
 */
export async function liftBans(tx: Tx, subjects: readonly string[]): Promise<Ban[]> {
  const rows = await tx
    .update(penalties)
    .set({ failures: 0, until: null, changedAt: words`now()` })
    .where(and(inArray(penalties.subject, [...subjects]), gt(penalties.until, words`now()`)))
    .returning({ kind: penalties.kind, subject: penalties.subject });
  return [...new Map(rows.map((ban) => [`${ban.kind} ${ban.subject}`, ban])).values()];
}
