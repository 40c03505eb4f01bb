import type { FixedScope } from '../../model/scope.ts';
import { copyText } from '../cells/copy-text.ts';
import type { ColumnMatch } from '../columns/match.ts';
import { type CellWriter, refuse, type Row } from '../rows/row.ts';

/**
 * Compares a row with what is fixed for its file. A row of another company is refused: its key would be another one's. One
 * of another journal, or dated before, is kept with a remark, since it is no less true; only the file's silence says
 * nothing of it.
 * @returns undefined where no cell can contradict
 */
export function fixedScope(
  match: ColumnMatch,
  names: readonly string[],
  row: Row,
  { company, journal, from }: FixedScope,
): CellWriter | undefined {
  const checks: CellWriter[] = [];
  const check = (
    column: string,
    wanted: string | undefined,
    judge: (cell: number, wanted: Uint8Array) => CellWriter,
  ) => {
    const cell = names.indexOf(column);
    if (wanted !== undefined && cell >= 0 && match.positions.has(column)) checks.push(judge(cell, copyText(wanted)));
  };
  const position = (column: string): number => match.positions.get(column) ?? -1;
  const compare = (cell: number, wanted: Uint8Array): number => {
    const { out, ranges } = row;
    return Buffer.compare(out.buffer.subarray(ranges.starts[cell], ranges.ends[cell]), wanted);
  };
  check(
    'company',
    company,
    (cell, wanted) => () => compare(cell, wanted) === 0 || refuse(row, 'other_company', 'company', position('company')),
  );
  check('journal', journal, (cell, wanted) => (view) => {
    if (compare(cell, wanted) !== 0) row.warnings.add('outside_scope', 'journal', view, position('journal'));
    return true;
  });
  check('entry_date', from, (cell, wanted) => (view) => {
    if (compare(cell, wanted) < 0) row.warnings.add('outside_scope', 'entry_date', view, position('entry_date'));
    return true;
  });
  return checks.length === 0 ? undefined : (view) => checks.every((each) => each(view));
}
