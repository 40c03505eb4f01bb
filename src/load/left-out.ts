import { ledgerCurrency } from '../model/columns.ts';
import type { Sum } from '../model/totals.ts';
import { ident, query, type Tx } from './query.ts';
import type { Staging } from './staging.ts';

/** Entries of one file that were staged and did not become rows. */
export interface LeftOut {
  refused: Map<string, Sum>;
  duplicate: Map<string, Sum>;
  /** Clients that do not exist: none of their entries became a row. */
  unknownClients: number;
  /** Entries refused for their key: company, code of the client, how many. */
  repeats: { company: string; client: string; rows: number }[];
}

const nothing = (): LeftOut => ({ refused: new Map(), duplicate: new Map(), unknownClients: 0, repeats: [] });

/** By file number. */
export type LeftOuts = Map<number, LeftOut>;

type Fate = 'refused' | 'duplicate';

/**
 * Sums up rows on their way out of the load.
 * @param source rows of staging: what stands after `from`, with `s` for the row
 */
export async function sumLeftOut(tx: Tx, staging: Staging, into: LeftOuts, fate: Fate, source: string): Promise<void> {
  if (staging.target.dataset !== 'ecritures') return;
  const { columns } = staging;
  const currency = columns.includes('currency')
    ? `coalesce(s.currency, '${ledgerCurrency}')`
    : `'${ledgerCurrency}'::text`;
  const cents = (sum: string) => `trunc(coalesce(${sum}, 0) * 100)::text`;
  const rows = await query(
    tx,
    `select s.file_no, ${currency} as currency, count(*)::int as rows,
       ${cents('sum(s.amount) filter (where s.amount > 0)')} as debit,
       ${cents('-sum(s.amount) filter (where s.amount < 0)')} as credit,
       ${columns.includes('balance') ? cents('sum(s.balance)') : `'0'`} as balance
     from ${source} group by 1, 2`,
  );
  for (const row of rows) {
    const found = leftOutOf(into, Number(row['file_no']))[fate];
    const currency = row['currency'] as string;
    found.set(currency, addUp(found.get(currency), row));
  }
}

function addUp(sum: Sum | undefined, row: Record<string, unknown>): Sum {
  const more = (name: string) => BigInt(row[name] as string);
  return {
    rows: (sum?.rows ?? 0) + Number(row['rows']),
    debit: (sum?.debit ?? 0n) + more('debit'),
    credit: (sum?.credit ?? 0n) + more('credit'),
    balance: (sum?.balance ?? 0n) + more('balance'),
  };
}

function leftOutOf(into: LeftOuts, fileNo: number): LeftOut {
  const found = into.get(fileNo) ?? nothing();
  into.set(fileNo, found);
  return found;
}

/** Entries for clients that do not exist: only the end of the load knows them all, and they are still staged. */
export async function sumUnknown(tx: Tx, staging: Staging, into: LeftOuts): Promise<void> {
  if (staging.target.dataset !== 'ecritures') return;
  const source = `late_rejections l join ${ident(staging.table)} s on s.file_no = l.file_no and s.line = l.line
    where l.dataset = 'ecritures' and l.code = 'unknown_client'`;
  await sumLeftOut(tx, staging, into, 'refused', source);
  const rows = await query(
    tx,
    `select s.file_no, count(distinct (${companyOf(staging)}, s.client_code))::int as clients from ${source} group by 1`,
  );
  for (const row of rows) leftOutOf(into, Number(row['file_no'])).unknownClients = Number(row['clients']);
}

const companyOf = ({ columns }: Staging): string => (columns.includes('company') ? 's.company' : `''::text`);

/** Whose entries were refused for their key: some may have no other. */
export async function noteRepeats(tx: Tx, staging: Staging, into: LeftOuts, source: string): Promise<void> {
  if (staging.target.dataset !== 'ecritures') return;
  const rows = await query(
    tx,
    `select s.file_no, ${companyOf(staging)} as company, s.client_code, count(*)::int as rows from ${source} group by 1, 2, 3`,
  );
  for (const row of rows)
    leftOutOf(into, Number(row['file_no'])).repeats.push({
      company: row['company'] as string,
      client: row['client_code'] as string,
      rows: Number(row['rows']),
    });
}
