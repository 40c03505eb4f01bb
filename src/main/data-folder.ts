import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { areas } from '../spool/layout.ts';
import { ifPresent } from '../spool/failures.ts';
import { probeName, removeStaleProbes } from '../spool/prove.ts';
import { StartFailure } from './start-failure.ts';

/** What every arrivage that uses the folder must be able to change. Postgres's own files belong to its own account. */
const shared = ['identity', 'spool', ...areas.map((area) => join('spool', area))];

export interface Owned {
  readonly path: string;
  readonly uid: number;
}

/**
 * Makes the data folder where there is none, and refuses one that this account would spoil: what root makes beside a
 * service of another user, that service could neither read nor continue.
 * @throws StartFailure naming the owner, and the file system's error where the folder cannot be written
 */
export async function openDataFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await requireOwn(folder);
  await removeStaleProbes(folder);
}

/** The second half of `openDataFolder`, for a folder that is there. */
export async function requireOwn(folder: string): Promise<void> {
  const maker = process.geteuid?.() ?? 0;
  const whole = await usable(folder, maker);
  const ours: Owned[] = [];
  for (const name of shared) {
    const path = join(folder, name);
    if (await ifPresent(stat(path))) ours.push(await usable(path, maker));
  }
  const made = await makerIn(folder);
  const alien = foreign(ours.length > 0 ? ours : [whole], made);
  if (alien) throw new StartFailure(foreignText(alien, made));
}

async function usable(path: string, maker: number): Promise<Owned> {
  const { uid } = await stat(path);
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES' || uid === maker) throw error;
    throw new StartFailure(foreignText({ path, uid }, maker), { cause: error });
  }
  return { path, uid };
}

/**
 * The first that belongs to somebody else than `maker`. Root's are left out: it reads what others make, and where it
 * lets us write, as a volume of an orchestrator does, we may.
 */
export function foreign(folders: readonly Owned[], maker: number): Owned | undefined {
  return folders.find(({ uid }) => uid !== maker && uid !== 0);
}

function foreignText({ path, uid }: Owned, maker: number): string {
  const [owner, self] = [accountName(uid), accountName(maker)];
  return (
    `${path} belongs to ${owner}, and this runs as ${self}: neither could use what the other makes there. ` +
    `Run arrivage as ${owner} (sudo -u ${owner} arrivage …), or give the whole data folder to one account with chown -R.`
  );
}

/**
 * Folders of tenants that belong to another account than the spool: what an upload needs there is refused, while
 * everybody else's goes on.
 */
export async function strayFolders(folder: string): Promise<Owned[]> {
  const [spool] = await present([join(folder, 'spool')]);
  if (!spool) return [];
  const strays: Owned[] = [];
  for (const area of areas) {
    const names = (await ifPresent(readdir(join(spool.path, area)))) ?? [];
    const found = await present(names.map((name) => join(spool.path, area, name)));
    strays.push(...found.filter(({ uid }) => uid !== spool.uid));
  }
  return strays;
}

export const strayText = ({ path, uid }: Owned): string => `${path} belongs to ${accountName(uid)}`;

/** Gives everything in the spool to its owner. */
export const strayCure = (folder: string): string => {
  const spool = join(folder, 'spool');
  return `chown -R --reference=${spool} ${spool}`;
};

async function present(paths: readonly string[]): Promise<Owned[]> {
  const found: Owned[] = [];
  for (const path of paths) {
    const info = await ifPresent(stat(path));
    if (info) found.push({ path, uid: info.uid });
  }
  return found;
}

/** Whose files are that we make there: a network mount may give all to one account. */
async function makerIn(folder: string): Promise<number> {
  const path = join(folder, probeName());
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      return (await handle.stat()).uid;
    } finally {
      await handle.close();
      await rm(path, { force: true });
    }
  } catch (error) {
    // A full disk must not keep anybody from making room on it.
    if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) return process.geteuid?.() ?? 0;
    throw error;
  }
}

/** As `sudo -u` takes it. */
function accountName(uid: number): string {
  try {
    return execFileSync('id', ['-nu', String(uid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return `'#${uid}'`;
  }
}
