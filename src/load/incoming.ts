import { ident } from './query.ts';
import type { Staging } from './staging.ts';
import type { Target } from './target.ts';

/**
 * SQL for the values that a row has after the merge, over `s`, the staged row, and `t`, the stored one. A column that
 * the row's file does not have keeps the stored value; one that is there but empty is cleared.
 */

/** Columns that a row must be given whatever the file holds: they have no default or others derive from them. */
const always: Readonly<Record<Target['dataset'], readonly string[]>> = {
  clients: ['company'],
  contacts: ['company'],
  ecritures: ['company', 'entry_type', 'due_date', 'account', 'letter', 'balance'],
};

export const mergedColumns = (staging: Staging): string[] => [
  ...new Set([...always[staging.target.dataset], ...staging.columns]),
];

/** @param stored whether `t` exists, that is whether there may be anything to keep */
export function incoming(staging: Staging, column: string, stored: boolean): string {
  const { target, files, columns } = staging;
  const fallback = fallbackOf(target, column);
  const fallen = (sql: string) => (fallback === undefined ? sql : `coalesce(${sql}, ${fallback})`);
  const staged = `s.${ident(column)}`;
  const kept = stored ? keptValue(column) : `null::${target.types.get(column) ?? 'text'}`;
  if (!columns.includes(column)) return fallen(kept);
  const lacking = files.filter(({ layout }) => !layout.columns.includes(column)).map(({ fileNo }) => fileNo);
  if (lacking.length === 0 || !stored) return fallen(staged);
  return fallen(`case when s.file_no in (${lacking.join(', ')}) then ${kept} else ${staged} end`);
}

/** A due date that we derived is no value of the file: it is derived again. */
const keptValue = (column: string): string =>
  column === 'due_date' ? 'case when not t.due_date_derived then t.due_date end' : `t.${ident(column)}`;

const fallbackOf = (target: Target, column: string): string | undefined =>
  column === 'company' ? '{company}::text' : target.fallback[column];

/** Whether any column of the row's file says something else than what is stored; `due_date` is judged once derived. */
export function differs(staging: Staging): string {
  const judged = staging.columns.filter((column) => column !== 'due_date');
  return judged
    .map((column) => `(${incoming(staging, column, true)}) is distinct from t.${ident(column)}`)
    .join(' or ');
}

/** The account of a staged row `s` of a load that inserts everything, by which `balanced_letters` knows it. */
export const stagedAccount = (staging: Staging): string => `coalesce(${incoming(staging, 'account', false)}, '')`;
