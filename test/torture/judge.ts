import type { Dataset } from '../../src/model/dataset.ts';
import type { Sent } from './files.ts';
import type { Decided } from './decisions.ts';
import { replayHistory, rowsThatStand, type Applied } from './history.ts';
import { query, type Site } from './server.ts';

/** What was told to clients and callers while things were killed. */
export interface Ledger {
  sent: Sent[];
  decided: Decided[];
  /** How often each tenant was made; a delete that was asked for begins the next life. */
  lives: Map<string, number>;
}

interface UploadRow {
  id: string;
  tenant: string;
  path: string;
  sha256: string;
  size: number;
  door: string;
  state: string;
  purged: boolean;
}

interface SyncRow {
  tenant: string;
  id: number;
  state: string;
  cause: string;
  place: number | null;
  reverts: number | null;
}

interface FileRow {
  tenant: string;
  sync: number;
  upload: string;
  sha256: string;
  dataset: Dataset | null;
  read: number;
  taken: number;
  rejected: number;
}

export interface Verdict {
  /** One line for each thing that is not as it has to be. */
  wrong: string[];
  acknowledged: number;
  /** Files whose client was told no, or nothing, and which are in all the same, whole. */
  inAllTheSame: number;
  uploads: number;
  syncs: number;
  rows: number;
  purged: number;
}

/** Holds what stands in the database against what was told. The server has drained. */
export async function judge(site: Site, base: Sent[], ledger: Ledger): Promise<Verdict> {
  const wrong: string[] = [];
  const facts = await query(site, async (sql) => ({
    tenants: (await sql<{ id: string }[]>`select id from tenants order by id`).map(({ id }) => id),
    uploads: await sql<UploadRow[]>`
      select id::text, tenant_id as tenant, path, sha256, size::float8 as size, door, state, purged_at is not null as purged
      from uploads`,
    syncs: await sql<SyncRow[]>`
      select tenant_id as tenant, id::float8 as id, state, cause, place::float8 as place, reverts::float8 as reverts
      from syncs order by tenant_id, place, id`,
    files: await sql<FileRow[]>`
      select tenant_id as tenant, sync_id::float8 as sync, upload_id::text as upload, sha256, dataset, read::float8 as read,
        (inserted + updated + unchanged + skipped + duplicate)::float8 as taken, rejected::float8 as rejected
      from sync_files order by sync_id, file_no`,
  }));
  const { tenants, uploads, syncs, files } = facts;
  const current = [...base, ...ledger.sent].filter(({ tenant, life }) => life === (ledger.lives.get(tenant) ?? 1));
  const bySha = new Map(current.map((file) => [file.sha256, file]));
  const count = (sha: string) => uploads.filter(({ sha256 }) => sha256 === sha).length;

  for (const file of current) {
    const n = count(file.sha256);
    const name = `${file.tenant} ${file.door} ${file.number}`;
    if (file.outcome === 'acknowledged' && n !== 1) wrong.push(`acknowledged, and there ${n} times: ${name}`);
    if (file.outcome === 'open' && n > 1) wrong.push(`there ${n} times: ${name}`);
    if (file.outcome === 'cut' && n > 0) wrong.push(`broken off, and there: ${name}`);
  }
  for (const upload of uploads) {
    const file = bySha.get(upload.sha256);
    const name = `${upload.tenant} ${upload.path} ${upload.id}`;
    if (!file) wrong.push(`an upload that nobody sent whole: ${name} (${upload.size} bytes, ${upload.door})`);
    else if (file.tenant !== upload.tenant) wrong.push(`another tenant's bytes: ${name}`);
    // A request takes all that waits, and of snapshots of one name the last.
    const isOvertaken = upload.state === 'superseded' && file?.dataset === 'ecritures';
    if (upload.state !== 'gathered' && !isOvertaken) wrong.push(`an upload is ${upload.state}: ${name}`);
  }

  // Each is taken by one sync, and by replays and requests only besides.
  const byFirst = new Map<string, number>();
  const stateOf = new Map(syncs.map((sync) => [`${sync.tenant} ${sync.id}`, sync]));
  for (const { tenant, upload, sync } of files) {
    const of = stateOf.get(`${tenant} ${sync}`);
    if (!of) wrong.push(`a file of no sync: ${tenant} ${sync}`);
    else if (of.cause === 'each') byFirst.set(upload, (byFirst.get(upload) ?? 0) + 1);
  }
  const everTaken = new Set(files.map(({ upload }) => upload));
  for (const { id, tenant, path, state } of uploads) {
    if (!everTaken.has(id) && state !== 'superseded') wrong.push(`an upload that no sync has: ${tenant} ${path} ${id}`);
    if ((byFirst.get(id) ?? 0) > 1) wrong.push(`imported ${byFirst.get(id)} times: ${tenant} ${path} ${id}`);
  }
  for (const { tenant, sync, read, taken, rejected, dataset, sha256 } of files) {
    if (read !== taken + rejected) wrong.push(`counts of sync ${tenant} ${sync} do not add up: ${read}`);
    const meant = bySha.get(sha256);
    if (dataset === null || rejected > 0) wrong.push(`sync ${tenant} ${sync} refused rows or a file: ${rejected}`);
    const { state } = stateOf.get(`${tenant} ${sync}`) ?? {};
    if (state === 'applied' && meant && read !== 0 && read !== meant.rows.size)
      wrong.push(`sync ${tenant} ${sync} read ${read} rows of ${meant.rows.size}`);
  }
  for (const { tenant, id, state } of syncs)
    if (!['applied', 'unchanged', 'held', 'discarded'].includes(state)) wrong.push(`sync ${tenant} ${id} is ${state}`);

  wrong.push(...outOfOrder(current, uploads, files, stateOf));
  for (const { tenant, sync, kind, made } of ledger.decided) {
    if (tenant === 'gone') continue;
    const target = stateOf.get(`${tenant} ${kind === 'discard' ? sync : made}`);
    if (!target) wrong.push(`an accepted ${kind} of ${tenant} ${sync} is not there`);
    else if (kind === 'discard' && target.state !== 'discarded')
      wrong.push(`discarded, and ${target.state}: ${tenant} ${sync}`);
    else if (kind === 'revert' && target.reverts !== sync)
      wrong.push(`a revert of ${tenant} ${sync} undoes ${target.reverts}`);
  }

  let rows = 0;
  for (const tenant of tenants) {
    const applied: Applied[] = syncs
      .filter((sync) => sync.tenant === tenant && sync.state === 'applied')
      .map((sync) => ({
        ...sync,
        files: files
          .filter((file) => file.tenant === tenant && file.sync === sync.id)
          .map(({ sha256 }) => bySha.get(sha256))
          .filter((file) => file !== undefined),
      }));
    const meant = replayHistory(applied);
    wrong.push(...meant.wrong.map((text) => `${tenant}: ${text}`));
    const stand = await rowsThatStand(site, tenant);
    rows += stand.size;
    const differences = [...new Set([...meant.rows.keys(), ...stand.keys()])].filter(
      (key) => meant.rows.get(key) !== stand.get(key),
    );
    for (const key of differences.slice(0, 5))
      wrong.push(`${tenant}: ${key} says ${stand.get(key) ?? 'nothing'}, and not ${meant.rows.get(key) ?? 'nothing'}`);
    if (differences.length > 5) wrong.push(`${tenant}: ${differences.length} rows differ`);
  }
  const acknowledged = current.filter(({ outcome }) => outcome === 'acknowledged').length;
  const known = new Set(uploads.map(({ sha256 }) => sha256));
  return {
    ...{ wrong, acknowledged, uploads: uploads.length, syncs: syncs.length, rows },
    inAllTheSame: current.filter(({ outcome, sha256 }) => outcome === 'open' && known.has(sha256)).length,
    purged: uploads.filter(({ purged }) => purged).length,
  };
}

/** What one client sent one after the other, each acknowledged before the next, is imported in that order. */
function outOfOrder(
  sent: readonly Sent[],
  uploads: readonly UploadRow[],
  files: readonly FileRow[],
  stateOf: ReadonlyMap<string, SyncRow>,
): string[] {
  const idOf = new Map(uploads.map(({ sha256, id }) => [sha256, id]));
  const firstSync = new Map<string, number>();
  for (const { tenant, upload, sync } of files)
    if (stateOf.get(`${tenant} ${sync}`)?.cause === 'each') firstSync.set(upload, sync);
  const wrong: string[] = [];
  const last = new Map<string, { number: number; sync: number }>();
  for (const { tenant, door, number, outcome, sha256 } of sent) {
    const sync = firstSync.get(idOf.get(sha256) ?? '');
    if (outcome !== 'acknowledged' || sync === undefined || door === 'drop') continue;
    const before = last.get(`${tenant} ${door}`);
    if (before && before.number < number && before.sync > sync)
      wrong.push(`out of order: ${tenant} ${door} ${number} in sync ${sync}, ${before.number} in ${before.sync}`);
    last.set(`${tenant} ${door}`, { number, sync });
  }
  return wrong;
}
