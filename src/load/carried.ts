import { warn, type FileWarning } from './findings.ts';
import { sumLeftOut, type LeftOuts } from './left-out.ts';
import { ident, query, type Tx } from './query.ts';
import type { Staging } from './staging.ts';
import { tally, type Tally } from './tally.ts';

/** File number → the lines that carry balances forward from the exercise before, for each FEC of a sync. */
export type OpeningLines = ReadonlyMap<number, readonly number[]>;

/**
 * Where FECs of two exercises come together, a client's balance stands twice: as the entries of the earlier one, and as
 * the lines that carry it forward into the later one. The later one says what is still open and how it was lettered
 * since: of a client with such lines, all that is dated before them is left out; so are, where others have some, the
 * entries of a client who then owed nothing. What does not agree is said, for each client.
 */
export async function leaveOutCarried(
  tx: Tx,
  staging: Staging,
  openings: OpeningLines,
  found: { tallies: ReadonlyMap<number, Tally>; leftOut: LeftOuts; warnings: FileWarning[] },
): Promise<void> {
  const files = [...openings.keys()];
  const lines = [...openings].flatMap(([file_no, some]) => some.map((line) => ({ file_no, line })));
  if (lines.length === 0) return;
  const source = ident(staging.table);
  await query(
    tx,
    `create temp table ledger on commit drop as
     select s.tid, s.file_no, s.line, s.company, s.client_code, s.piece_number, s.entry_date, s.amount, s.opening, s.since,
            max(s.since) over client as own, max(case when s.opening then s.entry_date end) over (partition by s.company) as opened
     from (
       select s.ctid as tid, s.file_no, s.line, s.company, s.client_code, s.piece_number, s.entry_date, s.amount,
              o.line is not null as opening,
              max(case when o.line is not null then s.entry_date end) over (
                partition by s.company, s.client_code order by s.entry_date range unbounded preceding) as since
       from ${source} s
       left join jsonb_to_recordset({lines}::text::jsonb) o (file_no int, line int) on o.file_no = s.file_no and o.line = s.line
       where s.file_no in (${files.join(', ')})) s
     window client as (partition by s.company, s.client_code)`,
    { lines: JSON.stringify(lines) },
  );
  await query(tx, verdicts);
  const { count } = await query(
    tx,
    `create temp table carried on commit drop as
     select l.tid, l.file_no, l.line, coalesce(l.piece_number, l.client_code) as value from ledger l join accounts a using (company, client_code)
     where (l.own is not null and l.since is distinct from l.own) or (a.is_square and l.entry_date < l.opened)`,
  );
  found.warnings.push(
    ...(await warn(tx, staging, { code: 'carried_forward', column: null }, 'select * from carried', {})),
    ...(await warn(tx, staging, { code: 'carried_forward_differs', column: null }, told('differs'), {})),
    ...(await warn(tx, staging, { code: 'not_carried_forward', column: null }, told('is_lost'), {})),
  );
  if (count === 0) return;
  const dropped = await query(tx, 'select file_no, count(*)::int as rows from carried group by file_no');
  for (const row of dropped) tally(found.tallies, Number(row['file_no'])).skipped += Number(row['rows']);
  await sumLeftOut(tx, staging, found.leftOut, 'duplicate', `carried c join ${source} s on s.ctid = c.tid`);
  await query(tx, `delete from ${source} where ctid = any (array(select tid from carried))`);
}

/** Each client of a company that has carried anything forward: what was owed before, and what was carried forward. */
const verdicts = `
  create temp table accounts on commit drop as
  select *, own is not null and has_before and closing is distinct from carried as differs,
         (own is null or own < opened) and rows_before > 0 and left_over = 0 as is_square,
         (own is null or own < opened) and rows_before > 0 and left_over <> 0 as is_lost
  from (
    select company, client_code, max(own) as own, max(opened) as opened,
           bool_or(own is not null and since is distinct from own) as has_before,
           sum(amount) filter (where own is not null and since is not distinct from previous) as closing,
           sum(amount) filter (where opening and since = own) as carried,
           count(*) filter (where entry_date < opened) as rows_before,
           coalesce(sum(amount) filter (where entry_date < opened and since is not distinct from own), 0) as left_over
    from (
      select l.*, max(case when since < own then since end) over (partition by company, client_code) as previous
      from ledger l where opened is not null) l
    group by company, client_code) a`;

/** One line of each client of whom something is said. */
const told = (what: 'differs' | 'is_lost'): string =>
  `select distinct on (company, client_code) l.file_no, l.line, l.client_code as value
   from ledger l join accounts a using (company, client_code)
   where a.${what} and ${what === 'differs' ? 'l.opening and l.since = l.own' : 'l.entry_date < l.opened'}
   order by company, client_code, l.file_no, l.line`;
