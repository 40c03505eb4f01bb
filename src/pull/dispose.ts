import { reachable, type Sql } from '../db/client.ts';
import { noteDisposed, owedDisposals } from '../db/queries/uploads/fetched-files.ts';
import { ArrivageError, plainParams } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Connector, RemoteFile } from '../model/connector.ts';
import { storable } from '../model/storable.ts';
import type { LeftAtSource } from '../model/sync.ts';
import { identityOf } from './choose.ts';
import type { Remote } from './remote.ts';

/** Refusals after which the connection is still good. */
export const OF_ONE_FILE: ReadonlySet<string> = new Set(['remote_refused', 'remote_name_taken', 'remote_file_missing']);

interface Disposal {
  sql: Sql;
  log: Log;
  remote: Remote;
  connector: Connector;
}

export type LeftFile = LeftAtSource['files'][number];

/**
 * Moves or deletes at their source the files whose uploads are committed, those that earlier fetches still owe
 * included. What was replaced there meanwhile is another file, and stays. A failure is noted, and tried again by the
 * next fetch.
 * @returns what is still owed
 */
export async function disposeTaken(disposal: Disposal): Promise<LeftFile[]> {
  const { sql, remote, connector } = disposal;
  const left: LeftFile[] = [];
  for (const file of await stillOwed(disposal, await remote.list())) {
    // What is deleted is gone: look as late as can be.
    if (connector.afterReading.kind === 'delete' && !identitiesOf(await remote.list()).has(identityOf(file))) continue;
    const refused = await disposeOf(disposal, file);
    if (refused.length === 0) await reachable(noteDisposed(sql, connector.tenantId, file));
    left.push(...refused);
  }
  return left;
}

/** The listed files that were taken and are still to be moved or deleted. */
export async function stillOwed({ sql, connector }: Disposal, listing: readonly RemoteFile[]) {
  const owed = await reachable(owedDisposals(sql, connector.tenantId, listing));
  const there = identitiesOf(listing);
  return owed.filter((file) => there.has(identityOf(file)));
}

const identitiesOf = (files: readonly RemoteFile[]): ReadonlySet<string> => new Set(files.map(identityOf));

/** @returns the file and what the server said, where it is not gone. @throws what says that the connection is lost */
export async function disposeOf({ log, remote, connector }: Disposal, { name }: RemoteFile): Promise<LeftFile[]> {
  const { afterReading, tenantId } = connector;
  try {
    if (afterReading.kind === 'move') await remote.move(name, afterReading.folder);
    else if (afterReading.kind === 'delete') await remote.remove(name);
    return [];
  } catch (error) {
    if (!(error instanceof ArrivageError) || !OF_ONE_FILE.has(error.code)) throw error;
    log.warn({ err: error, tenant: tenantId, name }, 'a file that was taken could not be put away at its source');
    return [leftFile(name, error)];
  }
}

/** As the report keeps it. */
export function leftFile(name: string, error: unknown): LeftFile {
  const known = error instanceof ArrivageError ? error : new ArrivageError('internal', { reference: 'pull' });
  const params = Object.entries(plainParams(known.params)).map(([key, value]) => [key, storable(value)] as const);
  return { name, code: known.code, params: Object.fromEntries(params) };
}
