import { companiesOf, type Scope } from '../model/scope.ts';
import { byKey, query, type Params, type Tx } from './query.ts';
import type { Staging } from './staging.ts';

/** SQL over a stored row: whether it lies within the scopes. Its parameters are those of `scopeParams`. */
export type Within = (row: string) => string;

const everything: Within = () => 'true';

/** Names come from files: they are no part of a statement. */
export const scopeParams = (scopes: readonly Scope[]): Params =>
  Object.fromEntries(
    scopes.flatMap(({ companies, journal, from }, i) => [
      [`companies${i}`, JSON.stringify(companies)],
      [`journal${i}`, journal],
      [`from${i}`, from],
    ]),
  );

/**
 * What a snapshot's silence may say something of. Where that is all that is stored, as for a tenant of one company, no
 * row is asked.
 */
export async function withinScope(
  tx: Tx,
  { target }: Pick<Staging, 'target'>,
  scopes: readonly Scope[],
  params: Params,
): Promise<Within> {
  const unfixed = scopes.filter(({ journal, from }) => journal === null && from === null);
  const companies = unfixed.length === 0 ? [] : companiesOf(unfixed);
  if (companies === null) return everything;
  const isAll = companies.length > 0 && (await storedCompanies(tx, params)).every((name) => companies.includes(name));
  if (isAll) return everything;
  const isEntry = target.dataset === 'ecritures';
  return (row) => `(${scopes.map((scope, i) => conditionOf(scope, i, isEntry, row)).join(' or ') || 'false'})`;
}

function conditionOf({ companies, journal, from }: Scope, i: number, isEntry: boolean, row: string): string {
  const conditions = [
    ...(companies === null
      ? []
      : [`${row}.company in (select jsonb_array_elements_text({companies${i}}::text::jsonb))`]),
    ...(isEntry && journal !== null ? [`${row}.journal = {journal${i}}::text`] : []),
    ...(isEntry && from !== null ? [`${row}.entry_date >= {from${i}}::date`] : []),
  ];
  return `(${conditions.join(' and ') || 'true'})`;
}

/** Every row names a client: the companies of clients, of which there is an index, are those of all rows. */
async function storedCompanies(tx: Tx, params: Params): Promise<string[]> {
  const next = (after: string) =>
    `(select company from clients where tenant_id = {tenant}::text ${after} order by company limit 1)`;
  const rows = await byKey(tx, () =>
    query(
      tx,
      `with recursive known as (
         select ${next('')} as company
         union all select ${next('and company > k.company')} from known k where k.company is not null)
       select company from known where company is not null`,
      params,
    ),
  );
  return rows.map(({ company }) => String(company));
}
