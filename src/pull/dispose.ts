import { reachable, type Sql } from '../db/client.ts';
import { noteDisposed, owedDisposals } from '../db/fetched-files.ts';
import { ArrivageError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Connector, RemoteFile } from '../model/connector.ts';
import { identityOf } from './choose.ts';
import type { Remote } from './remote.ts';

/** Refusals after which the connection is still good. */
const OF_ONE_FILE: ReadonlySet<string> = new Set(['remote_refused', 'remote_name_taken', 'remote_file_missing']);

interface Disposal {
  sql: Sql;
  log: Log;
  remote: Remote;
  connector: Connector;
}

/**
 * Moves or deletes at their source the files whose uploads are committed, those that earlier fetches still owe
 * included. What was replaced there meanwhile is another file, and stays. A failure is noted, and tried again by the
 * next fetch.
 * @returns whether nothing is owed any more
 */
export async function disposeTaken(disposal: Disposal): Promise<boolean> {
  const { sql, remote, connector } = disposal;
  if (connector.afterReading.kind === 'leave') return true;
  const listing = await remote.list();
  const owed = await reachable(owedDisposals(sql, connector.tenantId, listing));
  let isDone = true;
  let there = identitiesOf(listing);
  for (const file of owed) {
    // What is deleted is gone: look as late as can be.
    if (connector.afterReading.kind === 'delete') there = identitiesOf(await remote.list());
    if (!there.has(identityOf(file))) continue;
    if (await disposeOf(disposal, file)) await reachable(noteDisposed(sql, connector.tenantId, file));
    else isDone = false;
  }
  return isDone;
}

const identitiesOf = (files: readonly RemoteFile[]): ReadonlySet<string> => new Set(files.map(identityOf));

/** @returns whether it is gone. @throws what says that the connection is lost */
export async function disposeOf({ log, remote, connector }: Disposal, { name }: RemoteFile): Promise<boolean> {
  const { afterReading, tenantId } = connector;
  try {
    if (afterReading.kind === 'move') await remote.move(name, afterReading.folder);
    else if (afterReading.kind === 'delete') await remote.remove(name);
    return true;
  } catch (error) {
    if (!(error instanceof ArrivageError) || !OF_ONE_FILE.has(error.code)) throw error;
    log.warn({ err: error, tenant: tenantId, name }, 'a file that was taken could not be put away at its source');
    return false;
  }
}
