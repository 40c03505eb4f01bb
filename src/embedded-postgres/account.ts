import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { ArrivageError, because } from '../errors.ts';

/** Who runs Postgres, where that is not ourselves: it refuses to run as root. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * Root gives Postgres to whoever owns its files already, else to the user `postgres`, which is made where it is
 * missing; everybody else runs it as themselves.
 * @throws embedded_database
 */
export function serverAccount(clusterFolder: string): Account | undefined {
  const owner = ownerOf(clusterFolder);
  if (process.getuid?.() === 0) return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : postgresUser();
  if (owner && owner.uid !== process.getuid?.()) {
    const why = because('cluster_of_another_user', { folder: clusterFolder, uid: owner.uid });
    throw new ArrivageError('embedded_database', { why });
  }
  return undefined;
}

function ownerOf(folder: string) {
  try {
    return statSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    throw new ArrivageError(
      'embedded_database',
      { why: because('cluster_not_seen', { error: (error as Error).message }) },
      error,
    );
  }
}

function postgresUser(): Account {
  const known = lookUp();
  if (known) return known;
  // Debian and Red Hat have useradd, Alpine has adduser.
  const useradd = ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'];
  if (run('useradd', useradd) === undefined) run('adduser', ['-S', '-D', '-H', 'postgres']);
  const made = lookUp();
  if (made) return made;
  throw new ArrivageError('embedded_database', {
    why: because('no_postgres_user'),
  });
}

function lookUp(): Account | undefined {
  const [uid, gid] = [run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function run(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 });
  } catch {
    return undefined;
  }
}
