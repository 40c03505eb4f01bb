import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { ArrivageError } from '../errors.ts';

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
    const why = `its files in ${clusterFolder} belong to user ${owner.uid}: run arrivage as that user`;
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
      { why: `its files are another user's: ${(error as Error).message}` },
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
    why: 'Postgres cannot run as root and the user "postgres" could not be made: make it, or run arrivage as another user',
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
