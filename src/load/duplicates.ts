import { warn, type FileWarning } from './findings.ts';
import { type LeftOuts, noteRepeats, sumLeftOut } from './left-out.ts';
import { ordinalKey } from './ordinals.ts';
import { ident, literal, query, type Tx } from './query.ts';
import type { Staging } from './staging.ts';
import { tally, type Tally } from './tally.ts';
import { repeatsTable } from './temp-tables.ts';

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
  leftOut: LeftOuts,
): Promise<FileWarning[]> {
  const source = ident(staging.table);
  // The filter sees one file: a key that two files share has no flag.
  const suspects =
    staging.files.length > 1
      ? `select key from ${source} group by key having count(*) > 1`
      : `select key from ${source} where repeat`;
  const repeats = repeatsTable(staging);
  const { count: looked } = await query(
    tx,
    `create temp table ${repeats} on commit drop as
     select s.ctid as tid, s.file_no, s.line, s.key, ${verdict(staging)}
     from ${source} s where s.key in (${suspects})
     window same_key as (partition by s.key order by s.file_no, s.line)`,
  );
  if (looked === 0) return [];
  const found = await countVerdicts(tx, repeats, tallies);
  const among = (verdict: string) =>
    `${repeats} r join ${source} s on s.ctid = r.tid where r.verdict = ${literal(verdict)}`;
  if (found.rejected > 0) {
    await refuse(tx, staging, repeats);
    await sumLeftOut(tx, staging, leftOut, 'refused', among('rejected'));
    await noteRepeats(tx, staging, leftOut, among('rejected'));
  }
  if (found.duplicate > 0) await sumLeftOut(tx, staging, leftOut, 'duplicate', among('duplicate'));
  if (found.rejected + found.duplicate > 0)
    await query(
      tx,
      `delete from ${source} where ctid = any (array(select tid from ${repeats} where verdict <> 'kept'))`,
    );
  if (found.renamed > 0)
    await query(
      tx,
      `update ${source} s set key = ${ordinalKey('r.key', 'r.ordinal')}
       from ${repeats} r where s.ctid = r.tid and r.verdict = 'kept' and r.ordinal > 1`,
    );
  return found.duplicate === 0 ? [] : warnOfDuplicates(tx, staging, repeats);
}

/** The same id twice is one operation; the same entry twice without one may be two. */
async function warnOfDuplicates(tx: Tx, staging: Staging, repeats: string): Promise<FileWarning[]> {
  const duplicates = (value: string, condition: string) =>
    `select file_no, line, ${value} as value from ${repeats} where verdict = 'duplicate' and ${condition}`;
  const rows = await warn(
    tx,
    staging,
    { code: 'duplicate_row', column: null },
    duplicates('null::text', 'not unidentified'),
    {},
  );
  const entries = await warn(
    tx,
    staging,
    { code: 'repeated_entry', column: 'piece_number' },
    duplicates('piece', 'unidentified'),
    {},
  );
  return [...rows, ...entries];
}

/** Lines that were judged together with others, or by the database: alone they do not say what became of them. */
export async function entangledLines(tx: Tx, { target }: Staging, fileNo: number): Promise<number[]> {
  const rows = await query(
    tx,
    `select line from (
       select line, file_no, verdict, count(*) over (partition by key) as n from ${repeatsTable({ target })}) r
     where file_no = {file_no}::int and (n > 1 or verdict = 'moved')
     union select line from late_rejections where dataset = {dataset}::text and file_no = {file_no}::int`,
    { file_no: fileNo, dataset: target.dataset },
  );
  return rows.map((row) => Number(row['line']));
}

async function refuse(tx: Tx, staging: Staging, repeats: string): Promise<void> {
  const { dataset, keyColumn } = staging.target;
  await query(
    tx,
    `insert into late_rejections
     select ${literal(dataset)}, r.file_no, r.line, ${literal(keyColumn)}, 'duplicate_key', ${keyValue(staging)}
     from ${repeats} r join ${ident(staging.table)} s on s.ctid = r.tid where r.verdict = 'rejected'`,
  );
}

/** Columns `verdict` (kept, duplicate, rejected), `ordinal`, `unidentified` and `piece` of each row whose key repeats. */
function verdict({ target, columns }: Staging): string {
  const unidentified = columns.includes('entry_id') ? 's.entry_id is null' : 'true';
  const ordinal = target.dataset === 'ecritures' ? unidentified : 'false';
  return `case when row_number() over (partition by s.key, s.row_hash order by s.file_no, s.line) > 1 and (${ordinal})
               then 'duplicate'
               when ${ordinal} or row_number() over same_key = 1 then 'kept'
               when s.row_hash = first_value(s.row_hash) over same_key then 'duplicate'
               else 'rejected' end as verdict,
          case when ${ordinal} then dense_rank() over (partition by s.key order by s.row_hash) else 1 end as ordinal,
          ${ordinal} as unidentified, ${columns.includes('piece_number') ? 'left(s.piece_number, 200)' : 'null::text'} as piece`;
}

function keyValue({ target, columns }: Staging): string {
  return columns.includes(target.keyColumn) ? `left(s.${ident(target.keyColumn)}, 200)` : 'null';
}

interface Verdicts {
  duplicate: number;
  rejected: number;
  /** Kept under a key made from an ordinal. */
  renamed: number;
}

async function countVerdicts(tx: Tx, repeats: string, tallies: ReadonlyMap<number, Tally>): Promise<Verdicts> {
  const rows = await query(
    tx,
    `select file_no, count(*) filter (where verdict = 'duplicate')::int as duplicate,
            count(*) filter (where verdict = 'rejected')::int as rejected,
            count(*) filter (where verdict = 'kept' and ordinal > 1)::int as renamed
     from ${repeats} group by file_no`,
  );
  const all: Verdicts = { duplicate: 0, rejected: 0, renamed: 0 };
  for (const row of rows as unknown as (Verdicts & { file_no: number })[]) {
    const counts = tally(tallies, row.file_no);
    for (const name of ['duplicate', 'rejected'] as const) counts[name] += row[name];
    for (const name of ['duplicate', 'rejected', 'renamed'] as const) all[name] += row[name];
  }
  return all;
}
