import { warn, type FileWarning } from './findings.ts';
import { lateTable } from './late.ts';
import { ident, literal, query, type Tx } from './query.ts';
import type { Staging } from './staging.ts';
import { tally, type Tally } from './tally.ts';

/**
 * Leaves one staged row for each key. Of equal rows one stays, the others are counted as duplicates. Of different rows
 * under one key the first stays and the later ones are rejected; entries without an id of their own all stay, under
 * keys made from an ordinal, since instalments legitimately repeat a piece number.
 *
 * Only a row flagged `repeat` may have been seen before (a Bloom filter says so, and may be wrong); the first of its
 * kind has no flag, so every row with the key of a flagged one is looked at.
 */
export async function resolveDuplicates(
  tx: Tx,
  staging: Staging,
  tallies: ReadonlyMap<number, Tally>,
): Promise<FileWarning[]> {
  const source = ident(staging.table);
  // The filter sees one file: a key that two files share has no flag.
  const suspects =
    staging.files.length > 1
      ? `select key from ${source} group by key having count(*) > 1`
      : `select key from ${source} where repeat`;
  const repeats = ident(`repeats_${staging.target.dataset}`);
  await query(
    tx,
    `create temp table ${repeats} on commit drop as
     select s.ctid as tid, s.file_no, s.line, s.key, ${verdict(staging)}
     from ${source} s where s.key in (${suspects})
     window same_key as (partition by s.key order by s.file_no, s.line)`,
  );
  const params = { key_column: staging.target.keyColumn };
  await query(
    tx,
    `insert into ${lateTable}
     select ${literal(staging.target.dataset)}, r.file_no, r.line, {key_column}::text, 'duplicate_key', ${keyValue(staging)}
     from ${repeats} r join ${source} s on s.ctid = r.tid where r.verdict = 'rejected'`,
    params,
  );
  await query(
    tx,
    `delete from ${source} s using ${repeats} r where s.ctid = r.tid and r.verdict in ('rejected', 'duplicate')`,
  );
  await query(
    tx,
    `update ${source} s set key = md5(r.key::text || ':' || r.ordinal)::uuid
     from ${repeats} r where s.ctid = r.tid and r.verdict = 'kept' and r.ordinal > 1`,
  );
  await count(tx, repeats, tallies);
  return warn(
    tx,
    staging,
    { code: 'duplicate_row', column: null },
    `select file_no, line, null::text as value from ${repeats} where verdict = 'duplicate'`,
    {},
  );
}

/** Columns `verdict` (kept, duplicate, rejected) and `ordinal` of each row whose key repeats. */
function verdict({ target, columns }: Staging): string {
  const unidentified = columns.includes('entry_id') ? 's.entry_id is null' : 'true';
  const ordinal = target.dataset === 'ecritures' ? unidentified : 'false';
  return `case when row_number() over (partition by s.key, s.row_hash order by s.file_no, s.line) > 1 and (${ordinal})
               then 'duplicate'
               when ${ordinal} or row_number() over same_key = 1 then 'kept'
               when s.row_hash = first_value(s.row_hash) over same_key then 'duplicate'
               else 'rejected' end as verdict,
          case when ${ordinal} then dense_rank() over (partition by s.key order by s.row_hash) else 1 end as ordinal`;
}

function keyValue({ target, columns }: Staging): string {
  return columns.includes(target.keyColumn) ? `left(s.${ident(target.keyColumn)}, 200)` : 'null';
}

async function count(tx: Tx, repeats: string, tallies: ReadonlyMap<number, Tally>): Promise<void> {
  const rows = await query(
    tx,
    `select file_no, count(*) filter (where verdict = 'duplicate') as duplicate,
            count(*) filter (where verdict = 'rejected') as rejected
     from ${repeats} group by file_no`,
  );
  for (const row of rows) {
    const counts = tally(tallies, Number(row['file_no']));
    counts.duplicate += Number(row['duplicate']);
    counts.rejected += Number(row['rejected']);
  }
}
