import { existsSync, lstatSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { query, type Site } from './server.ts';

const areas = ['committed', 'reports', 'partial'] as const;

/** Files of the spool, as `<tenant>/<name>`. */
function filesOf({ data }: Site, area: (typeof areas)[number]): string[] {
  const root = join(data, 'spool', area);
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((tenant) => readdirSync(join(root, tenant)).map((name) => `${tenant}/${name}`));
}

/** Files that wait in the drop folder, drafts of a sender that was stopped left out. */
export function dropped({ data }: Site): string[] {
  const root = join(data, 'drop');
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((tenant) =>
    readdirSync(join(root, tenant))
      .filter((name) => !name.endsWith('.part'))
      .map((name) => `${tenant}/${name}`),
  );
}

/**
 * Whole files whose commit the database missed, and which the server has still to commit by itself. Where the outcome of
 * a commit was not known and the server was killed as well, the bytes lie with the committed ones until the sweep.
 */
export function awaiting(site: Site): string[] {
  const files = new Set(filesOf(site, 'partial'));
  return [...files].filter((name) => {
    if (!name.endsWith('.json') || !files.has(name.slice(0, -'.json'.length))) return false;
    try {
      return readFileSync(join(site.data, 'spool/partial', name), 'utf8').includes('"awaits"');
    } catch {
      return false;
    }
  });
}

/** Databases that were not made to their end. */
const drafts = ({ data }: Site): string[] => readdirSync(data).filter((name) => name.startsWith('postgres.'));

const temporary = ({ env }: Site): string[] => {
  const folder = env['TMPDIR'] ?? '';
  return readdirSync(folder).map((name) => join(folder, name));
};

/** Makes every partial, draft of a database and temporary file as old as that, so that the next start ends its term. */
export function ageDrafts(site: Site, hours: number): void {
  const then = new Date(Date.now() - hours * 3_600_000);
  const partials = filesOf(site, 'partial').map((name) => join('spool/partial', name));
  const paths = [...partials, ...drafts(site)].map((path) => join(site.data, path));
  for (const path of [...paths, ...temporary(site)]) utimesSync(path, then, then);
}

/** Committed files without a row, or whose row is purged; and when the latest of them was renamed, in milliseconds since 1970. */
export async function orphans(site: Site): Promise<{ names: string[]; latest: number }> {
  const rows = await query(
    site,
    (sql) => sql`select tenant_id || '/' || id as name from uploads where purged_at is null`,
  );
  const known = new Set(rows.map(({ name }) => name as string));
  const names = filesOf(site, 'committed').filter((name) => !known.has(name));
  const times = names.map((name) => lstatSync(join(site.data, 'spool/committed', name)).ctimeMs);
  return { names, latest: Math.max(0, ...times) };
}

/**
 * Files without a row, rows without their file, and what a killed server left elsewhere.
 * @param reports whether report files without a row have been there for long
 */
export async function leftFiles(site: Site, { reports: isLong }: { reports: boolean }): Promise<string[]> {
  const wrong: string[] = [];
  const { bytes, reports } = await query(site, async (sql) => ({
    bytes: await sql<{ name: string }[]>`select tenant_id || '/' || id as name from uploads where purged_at is null`,
    reports: await sql<{ name: string }[]>`select tenant_id || '/' || id as name from report_files`,
  }));
  const expected = { committed: bytes, reports, partial: [] };
  for (const area of areas) {
    const rows = new Set(expected[area].map(({ name }) => name));
    const files = new Set(filesOf(site, area));
    const strays = area === 'reports' && !isLong ? [] : files;
    for (const name of strays) if (!rows.has(name)) wrong.push(`a file without a row: ${area}/${name}`);
    for (const name of rows) if (!files.has(name)) wrong.push(`a row without its file: ${area}/${name}`);
  }
  for (const name of drafts(site)) wrong.push(`left of a database that was not made to its end: ${name}`);
  for (const path of temporary(site)) wrong.push(`left in the temporary folder: ${path}`);
  return wrong;
}
