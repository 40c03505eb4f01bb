import { warn, type FileWarning } from './findings.ts';
import { incoming } from './incoming.ts';
import { ident, literal, query, type Params, type Tx } from './query.ts';
import type { Staging } from './staging.ts';

/** Remarks on kept rows that only the database can make, after their dataset is merged. */
export async function remark(tx: Tx, staging: Staging, params: Params): Promise<FileWarning[]> {
  if (staging.target.ofClient) return [...(await likely(tx, staging, params)), ...(await ofRows(tx, staging, params))];
  return ofRows(tx, staging, params);
}

async function ofRows(tx: Tx, staging: Staging, params: Params): Promise<FileWarning[]> {
  const { dataset } = staging.target;
  if (dataset === 'clients' && staging.columns.includes('parent_code')) return parents(tx, staging, params);
  if (dataset === 'contacts' && staging.columns.includes('is_main')) return mains(tx, staging, params);
  return [];
}

/** Codes without what a spreadsheet takes or adds: case, zeros at the head, decimals of zeros at the end. */
const bare = (code: string): string => `ltrim(regexp_replace(lower(${code}), '[.,]0+$', ''), '0')`;

/** Warns of rows without a client whose code differs from a client's by zeros or by case alone. */
async function likely(tx: Tx, staging: Staging, params: Params): Promise<FileWarning[]> {
  const unknown = `from late_rejections l where l.dataset = ${literal(staging.target.dataset)} and l.code = 'unknown_client'`;
  const [refused] = await query(tx, `select exists (select ${unknown}) as any`);
  if (refused?.['any'] !== true) return [];
  return warn(
    tx,
    staging,
    { code: 'likely_client', column: 'client_code' },
    `select l.file_no, l.line, l.value || ' → ' || c.client_code as value
     from (select l.file_no, l.line, l.value, ${bare('l.value')} as bare ${unknown}) l
     join (select ${bare('client_code')} as bare, min(client_code) as client_code from clients
           where tenant_id = {tenant}::text group by 1) c on c.bare = l.bare
     where l.bare <> ''`,
    params,
  );
}

async function parents(tx: Tx, staging: Staging, params: Params): Promise<FileWarning[]> {
  const company = incoming(staging, 'company', false);
  const staged = `from ${ident(staging.table)} s`;
  const [named] = await query(tx, `select exists (select ${staged} where parent_code is not null) as any`);
  if (named?.['any'] !== true) return [];
  const missing = await warn(
    tx,
    staging,
    { code: 'unknown_parent', column: 'parent_code' },
    `select s.file_no, s.line, s.parent_code as value ${staged}
     left join clients c on c.tenant_id = {tenant}::text and c.company = ${company} and c.client_code = s.parent_code
     where s.parent_code is not null and c.client_code is null`,
    params,
  );
  const cycles = await warn(
    tx,
    staging,
    { code: 'parent_cycle', column: 'parent_code' },
    cyclesAmong(staged, company),
    params,
  );
  return [...missing, ...cycles];
}

/** Longer than any real group of companies, and what keeps a hostile chain of clients from being walked to its end. */
const DEEPEST = 32;

/** Staged clients that are among their own ancestors. */
const cyclesAmong = (staged: string, company: string) =>
  `with recursive above (company, client_code, ancestor, depth) as (
     select ${company}, s.client_code, s.parent_code, 1 ${staged} where s.parent_code is not null
     union select a.company, a.client_code, c.parent_code, a.depth + 1 from above a
       join clients c on c.tenant_id = {tenant}::text and c.company = a.company and c.client_code = a.ancestor
       where c.parent_code is not null and a.ancestor <> a.client_code and a.depth < ${DEEPEST})
   select distinct s.file_no, s.line, s.parent_code as value ${staged}
   join above a on a.company = ${company} and a.client_code = s.client_code and a.ancestor = s.client_code`;

async function mains(tx: Tx, staging: Staging, params: Params): Promise<FileWarning[]> {
  const company = incoming(staging, 'company', false);
  return warn(
    tx,
    staging,
    { code: 'several_main_contacts', column: 'is_main' },
    `select s.file_no, s.line, s.client_code as value from ${ident(staging.table)} s
     join (select company, client_code from contacts where tenant_id = {tenant}::text and is_main and active
           group by 1, 2 having count(*) > 1) several
       on several.company = ${company} and several.client_code = s.client_code
     where s.is_main`,
    params,
  );
}
