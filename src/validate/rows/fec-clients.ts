import type { StagingLayout } from '../../model/staging.ts';
import type { RecordView } from '../../model/record.ts';
import { cellWriter, code, type Target, text } from '../cells/cells.ts';
import { codeColumn } from '../cells/code.ts';
import { murmur128 } from '../output/hash.ts';
import { columnsSeed, keyWriter } from './identity.ts';
import type { ColumnMatch } from '../columns/match.ts';
import type { Output } from '../output/output.ts';
import { byteSet } from '../cells/remember.ts';
import { type CellWriter, columnsAt, newRow, openRow, sealRow, TAB } from './row.ts';
import { Cell, openCell } from '../cells/text.ts';
import type { Decisions } from '../columns/verdict.ts';
import type { Warnings } from '../cells/warnings.ts';
import { writeBytes } from '../output/copy.ts';

export const fecClientsLayout: StagingLayout = {
  dataset: 'clients',
  mode: 'delta',
  columns: ['company', 'client_code', 'name', 'account'],
  identified: true,
};

/** Clients kept apart; one more is written once for each of its lines, which load takes for a repeat. */
const mostClients = 200_000;

interface FecClientsOptions {
  warnings: Warnings;
  fileNo: number;
  company: Uint8Array;
  decisions?: Decisions | undefined;
}

/**
 * The clients that an FEC names: one row for each auxiliary account of an accepted line, or for the ledger account of a
 * line that has no auxiliary one.
 * @returns a function that takes a line, and says whether it brought a new client
 */
export function fecClients(
  match: ColumnMatch,
  out: Output,
  { warnings, fileNo, company, decisions = {} }: FecClientsOptions,
) {
  const row = newRow(out, warnings);
  const at = (...names: string[]): number[] => names.flatMap((name) => match.positions.get(name) ?? []);
  const target = (column: string, positions: number[]): Target => ({
    column,
    positions,
    required: true,
    empty: new Uint8Array(0),
  });
  const codeOf = (name: string) => code(row, codeColumn(decisions[name]?.keepsZeros));
  const auxiliary = match.positions.get('client_code') ?? Number.MAX_SAFE_INTEGER;
  const clientCode = cellWriter(target('client_code', at('client_code', 'account')), row, codeOf('client_code'));
  const account = cellWriter(target('account', at('account')), row, codeOf('account'));
  const auxiliaryName = cellWriter(target('name', at('client_name', 'client_code')), row, text(row));
  const ledgerName = cellWriter(target('name', at('account_name', 'account')), row, text(row));
  const writeCompany: CellWriter = () => {
    out.at = writeBytes(company, out.buffer, out.at);
    return true;
  };
  const writers = [writeCompany, clientCode, auxiliaryName, account];
  const key = keyWriter('clients', fecClientsLayout.columns);
  const seed = columnsSeed('clients', fecClientsLayout.columns);
  const seen = byteSet(mostClients);
  const ranges = { starts: new Int32Array(4), ends: new Int32Array(4) };
  const keyHash = new Int32Array(4);
  const rowHash = new Int32Array(4);
  const find = (): number => seen.find(out.buffer, ranges.starts[1] as number, ranges.ends[1] as number);

  return (view: RecordView, bytes: number): boolean => {
    out.reserve(bytes);
    const begin = out.at;
    const seal = openRow(out, fileNo, view.line);
    writers[2] = openCell(view, auxiliary, row.span) === Cell.value ? auxiliaryName : ledgerName;
    for (let i = 0; i < 4; i++) {
      ranges.starts[i] = out.at;
      const refused = !(writers[i] as CellWriter)(view);
      ranges.ends[i] = out.at;
      out.buffer[out.at++] = TAB;
      if (!refused && (i !== 1 || find() < 0)) continue;
      out.at = begin;
      return false;
    }
    find();
    const kept = seen.add(out.buffer, ranges.starts[1] as number, ranges.ends[1] as number) >= 0;
    key(out, ranges, keyHash);
    murmur128(out.view, columnsAt(seal), out.at, seed, rowHash);
    sealRow(out, seal, keyHash, rowHash, kept ? 0 : 1);
    return true;
  };
}
