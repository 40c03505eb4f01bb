import { reachable } from '../db/client.ts';
import {
  addFolder,
  removeViewRow,
  reportRows,
  setViewTime,
  uploadDigest,
  viewChildren,
} from '../db/queries/uploads/view-files.ts';
import { ArrivageError, verbatim } from '../errors.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Session } from '../auth/session.ts';
import { root } from '../model/virtual-path.ts';
import type { StoredFile } from '../spool/spool.ts';
import { ifPresent } from '../spool/failures.ts';
import type { Depot, Sender } from '../transfer/depot.ts';
import { auditedFiles } from './audited.ts';
import { byName, folderEntry, pageOf, partialEntry, reportEntry, uploadEntry } from './listing.ts';
import { type Standing, lookUp, refuseBelowFile, refuseUnwritable, reportsFolder } from './look-up.ts';
import { MOST_ENTRIES, receiveFile } from './receive.ts';
import { refuseOpen, renameFile } from './rename.ts';
import type { Entry, FileView, Page } from './view.ts';

/** Names read at once for a listing. */
const PAGE = 2000;

/**
 * The files that a session sees, over the view's table, the spool and the reports. Every method may throw
 * database_unavailable.
 */
export function openFiles(
  session: Pick<Session, 'tenant' | 'credential' | 'door'> & Partial<Pick<Session, 'note'>>,
  depot: Depot,
): FileView {
  const sender: Sender = { tenant: session.tenant, door: session.door, username: session.credential.username };
  const { spool, database, log } = depot;
  const { sql } = database;
  const tenant = sender.tenant.id;
  const at = (path: VirtualPath): Promise<Standing> => lookUp(depot, tenant, path);

  async function list(path: VirtualPath, after = ''): Promise<Page> {
    const standing = await at(path);
    if (standing.kind === 'nothing' && after !== '') return { entries: [], more: false };
    if (standing.kind === 'nothing') throw new ArrivageError('not_found', { path });
    if (standing.kind !== 'folder') throw new ArrivageError('not_a_folder', { path });
    if (path === reportsFolder) return listReports(after);
    const prefix = path === root ? '/' : `${path}/`;
    const [rows, partials] = await Promise.all([
      reachable(viewChildren(sql, tenant, prefix, after, PAGE)),
      spool.partials.list(tenant),
    ]);
    const now = new Date(depot.now());
    return pageOf({ folder: path, rows, isLast: rows.length < PAGE, partials, after, now }, PAGE);
  }

  async function listReports(after: string): Promise<Page> {
    const reports = (await reachable(reportRows(sql, tenant))).map(reportEntry);
    const entries = reports.sort((a, b) => byName(a.name, b.name)).filter(({ name }) => byName(name, after) > 0);
    return { entries, more: false };
  }

  async function digest(path: VirtualPath): Promise<string> {
    const standing = await at(path);
    if (standing.kind === 'nothing') throw new ArrivageError('not_found', { path });
    if (standing.kind === 'folder') throw new ArrivageError('is_a_folder', { path });
    const uploadId = standing.kind === 'upload' ? standing.row.uploadId : null;
    const sha256 = uploadId === null ? undefined : await reachable(uploadDigest(sql, tenant, uploadId));
    if (sha256 === undefined) throw new ArrivageError('unsupported', { what: verbatim(`SHA-256 ${path}`) });
    return sha256;
  }

  async function remove(path: VirtualPath): Promise<void> {
    refuseUnwritable(path);
    const standing = await at(path);
    if (standing.kind === 'nothing') throw new ArrivageError('not_found', { path });
    if (standing.kind === 'folder') throw new ArrivageError('is_a_folder', { path });
    refuseOpen(standing);
    const gone = (await spool.partials.list(tenant)).filter((one) => one.path === path && !one.open);
    for (const { id } of gone) await spool.partials.remove(tenant, id);
    await reachable(removeViewRow(sql, tenant, path));
    log.info({ tenant, path, username: sender.username, partials: gone.length }, 'name removed from the view');
  }

  async function makeFolder(path: VirtualPath): Promise<void> {
    if (path === root || path === reportsFolder) throw new ArrivageError('already_exists', { path });
    refuseUnwritable(path);
    const [standing] = await Promise.all([at(path), refuseBelowFile(depot, tenant, path)]);
    if (standing.kind !== 'nothing') throw new ArrivageError('already_exists', { path });
    if (standing.entries >= MOST_ENTRIES) throw new ArrivageError('too_many_files', { limit: MOST_ENTRIES });
    await reachable(addFolder(sql, tenant, path));
  }

  async function removeFolder(path: VirtualPath): Promise<void> {
    if (path === root) throw new ArrivageError('read_only', { path });
    refuseUnwritable(path);
    const standing = await at(path);
    if (standing.kind === 'nothing') throw new ArrivageError('not_found', { path });
    if (standing.kind !== 'folder') throw new ArrivageError('not_a_folder', { path });
    if ((await list(path)).entries.length > 0) throw new ArrivageError('folder_not_empty', { path });
    await reachable(removeViewRow(sql, tenant, path));
  }

  async function setModified(path: VirtualPath, time: Date): Promise<void> {
    const standing = await at(path);
    if (standing.kind === 'nothing') throw new ArrivageError('not_found', { path });
    if (path !== root) refuseUnwritable(path);
    if (standing.kind === 'partial') await spool.partials.note(tenant, standing.partial.id, { modified: time });
    if (standing.kind === 'upload') await reachable(setViewTime(sql, tenant, path, time));
    // A folder's time is nobody's business; clients that set it (rclone, lftp mirror) expect no error.
  }

  const view: FileView = {
    stat: async (path) => entryOf(path, await at(path), new Date(depot.now())),
    list,
    async open(path) {
      const standing = await at(path);
      if (standing.kind === 'folder') throw new ArrivageError('is_a_folder', { path });
      const file = await ifPresent(openBytes(depot, tenant, standing));
      if (!file) throw new ArrivageError('not_found', { path });
      return file;
    },
    digest,
    receive: (path, mode) => receiveFile(depot, sender, path, mode),
    rename: (from, to, options) => renameFile(depot, sender, from, to, options?.exclusive ?? false),
    remove,
    makeFolder,
    removeFolder,
    setModified,
    async space() {
      const total = sender.tenant.quotaBytes;
      return { total, free: Math.max(0, total - (await spool.usage(tenant))) };
    },
  };
  return session.note ? auditedFiles(view, (action, detail) => session.note?.(action, detail)) : view;
}

function entryOf(path: VirtualPath, standing: Standing, now: Date): Entry | undefined {
  switch (standing.kind) {
    case 'nothing':
      return undefined;
    case 'folder':
      return folderEntry(path, standing.row?.modified ?? now);
    case 'partial':
      return partialEntry(standing.partial);
    case 'report':
      return reportEntry(standing.row);
    case 'upload':
      return uploadEntry(standing.row);
  }
}

async function openBytes({ spool }: Depot, tenant: string, standing: Standing): Promise<StoredFile | undefined> {
  if (standing.kind === 'partial') return spool.partials.read(tenant, standing.partial.id);
  if (standing.kind === 'report') return spool.reports.open(tenant, standing.row.id);
  if (standing.kind === 'upload' && standing.row.uploadId) return spool.committed.open(tenant, standing.row.uploadId);
  return undefined;
}
