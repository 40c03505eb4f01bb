import type { TransactionSql } from 'postgres';
import type { Applied } from '../db/queries/syncs/outcome.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Warning } from '../model/rejection.ts';
import type { TenantId } from '../model/tenant.ts';
import { spokenIn, type FileFate } from './outcome.ts';
import { undated } from './plan.ts';

/** Only entries are owed. */
const DATASET: Dataset = 'ecritures';
const MOST_EXAMPLES = 5;

/**
 * Companies that came last in a delivery like this one and are not in it: a snapshot does not speak of them, so what they
 * have open stays so. Not asked of files whose companies are fixed.
 */
export async function absentCompanies(
  tx: TransactionSql,
  tenantId: TenantId,
  fates: readonly FileFate[],
  applied: readonly Applied[],
): Promise<{ fileNo: number; warning: Warning } | undefined> {
  const asked = fates.find(
    ({ kind, file: { dataset, mode, fixed } }) =>
      kind === 'read' && dataset === DATASET && mode === 'snapshot' && !fixed?.company && !fixed?.whole,
  );
  const { companies } = spokenIn(fates, DATASET);
  if (!asked || companies === null || companies.length === 0) return undefined;
  const names = fates.map(({ file }) => undated(file.upload.name));
  const absent = missingOf(companies, names, applied);
  if (absent.length === 0) return undefined;
  const open = await tx<{ company: string }[]>`
    select distinct company from ecritures
    where tenant_id = ${tenantId} and status = 'open' and company in ${tx(absent)} order by company`;
  if (open.length === 0) return undefined;
  const examples = open.slice(0, MOST_EXAMPLES).map(({ company }) => ({ line: 0, value: company }));
  return {
    fileNo: asked.file.fileNo,
    warning: { code: 'company_absent', column: 'company', count: open.length, examples },
  };
}

/** Pure: those whose last delivery held one of these companies, too, or a file that was called alike. */
function missingOf(
  companies: readonly string[],
  names: readonly string[],
  applied: readonly Pick<Applied, 'dataset' | 'companies' | 'names'>[],
): string[] {
  const seen = new Set(companies);
  const missing: string[] = [];
  for (const last of applied) {
    if (last.dataset !== DATASET) continue;
    const isAlike =
      last.companies?.some((company) => companies.includes(company)) ||
      last.names.some((name) => names.includes(undated(name)));
    for (const company of last.companies ?? []) {
      if (!seen.has(company) && isAlike) missing.push(company);
      seen.add(company);
    }
  }
  return missing;
}
