import type { Database } from '../../client.ts';

export interface Used {
  subject: string;
  /** Within its minute, this request included. */
  used: number;
  /** Until its minute is over. */
  seconds: number;
}

const WINDOW_SECONDS = 60;

/** Counts one more request of each, whichever process answers the others. @param subjects in the order of the alphabet */
export async function countRequest({ sql }: Database, subjects: readonly string[]): Promise<Used[]> {
  const ends = sql`now() + ${WINDOW_SECONDS} * interval '1 second'`;
  return sql<Used[]>`
    insert into request_counts as r (subject, used, ends_at)
    select subject, 1, ${ends} from unnest(${[...subjects]}::text[]) as subject
    on conflict (subject) do update set
      used = case when r.ends_at <= now() then 1 else r.used + 1 end,
      ends_at = case when r.ends_at <= now() then excluded.ends_at else r.ends_at end
    returning subject, used, extract(epoch from ends_at - now())::float8 as seconds`;
}

/** Forgets who has been still. */
export async function sweepRequestCounts({ sql }: Database): Promise<void> {
  await sql`delete from request_counts where ends_at < now() - interval '1 minute'`;
}
