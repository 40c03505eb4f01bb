import { constants, existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Linux: what an open folder is called. A path that begins so is looked up in that very folder, as openat(2) does. */
const HANDLES = '/proc/self/fd';

/** A folder that stays the same one, whatever its name is made to lead to meanwhile. */
export interface Folder {
  /** The path of a file in it, for calls that do not follow links. */
  at(name: string): string;
  close(): Promise<void>;
}

/**
 * Opens a folder below the drop folder, one name after the other, none of them a link. Whoever may write there can
 * exchange a folder for a link at any moment: a path that was looked at and is then used leads where they please, with our
 * rights and not theirs. Where the system has no such handles (macOS), the path is used, and the moment between stays.
 * @returns undefined where one of them is a link, or no folder
 */
export async function openFolder(root: string, names: readonly string[]): Promise<Folder | undefined> {
  let handle = await open(root, FOLDER);
  let path = root;
  for (const name of names) {
    const outer = handle;
    path = join(path, name);
    try {
      handle = await open(existsSync(HANDLES) ? inside(outer, name) : path, FOLDER);
    } catch (error) {
      if (isNoFolder(error)) return undefined;
      throw error;
    } finally {
      await outer.close();
    }
  }
  return {
    at: (name) => (existsSync(HANDLES) ? inside(handle, name) : join(path, name)),
    close: () => handle.close(),
  };
}

const inside = (folder: FileHandle, name: string): string => `${HANDLES}/${folder.fd}/${name}`;

/** ELOOP: a link. */
export const isNoFolder = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ELOOP' || error.code === 'ENOTDIR');
