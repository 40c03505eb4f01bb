import type { Sql } from '../../client.ts';

/** More than the pause of any server that is looked after for a day. */
const MOST_AHEAD_MS = 86_400_000;
const LONGEST_HOLD_MS = 7 * 86_400_000;

export interface TermTime {
  /** The database's: that of a node may be wrong by years without anybody's notice. */
  now: Date;
  /** Until when no term ends: the clock has jumped, and nobody knows yet whether it is right. */
  heldUntil: Date | undefined;
}

/**
 * The time by which terms end, such as the archive's. A clock that jumps ahead would end them all at once: so after a
 * jump of more than a day, or a pause of that length, none ends for as long as the jump was, at most seven days. By
 * then a wrong clock has been seen, and what is right goes on. One that steps back is believed.
 */
export async function termTime(sql: Sql): Promise<TermTime> {
  return sql.begin(async (tx) => {
    // The first time ever: what came last says how late it was.
    await tx`
      insert into term_clock (id, seen_at)
      select 1, coalesce(max(received_at), clock_timestamp()) from uploads on conflict do nothing`;
    const [row] = await tx<{ now: number; seen: number; held: number | null }[]>`
      select extract(epoch from clock_timestamp())::float8 * 1000 as now, extract(epoch from seen_at)::float8 * 1000 as seen,
        extract(epoch from held_until)::float8 * 1000 as held
      from term_clock where id = 1 for update`;
    if (!row) throw new Error('insert returned no row');
    const held = heldUntil(row);
    await tx`
      update term_clock set seen_at = to_timestamp(${row.now / 1000}::float8),
        held_until = to_timestamp(${held === undefined ? null : held / 1000}::float8) where id = 1`;
    return { now: new Date(row.now), heldUntil: held === undefined ? undefined : new Date(held) };
  });
}

/** Pure. All in milliseconds since 1970. */
export function heldUntil({ now, seen, held }: { now: number; seen: number; held: number | null }): number | undefined {
  const ahead = now - seen;
  if (ahead < 0) return undefined;
  const since = ahead > MOST_AHEAD_MS ? now + Math.min(ahead, LONGEST_HOLD_MS) : 0;
  const until = Math.max(held ?? 0, since);
  return until > now ? until : undefined;
}
