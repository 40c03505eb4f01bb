import { ArrivageError } from '../errors.ts';

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Rejects with `disk_full` where the disk or the system's quota is exhausted; other errors pass through. */
export async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new ArrivageError('disk_full', {}, error);
    throw error;
  }
}

/** Whether a file or a folder on its path is not there. */
export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** `undefined` where there is no such file or folder. */
export async function ifPresent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
