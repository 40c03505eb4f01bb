import { link, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomBytes } from 'node:crypto';
import { ConfigError } from '../config.ts';

/**
 * Reads a secret file, and makes it at the first start. Of two processes that begin together one wins. What is resolved
 * survives a power cut: a key must not be lost once something was sealed with it.
 */
export async function readOrMake(path: string, make: () => string): Promise<string> {
  return (await readIfThere(path)) ?? (await place(path, make(), link));
}

/** Puts a new secret in the place of an old one. */
export async function replaceSecret(path: string, content: string): Promise<string> {
  return place(path, content, rename);
}

async function place(
  path: string,
  content: string,
  into: (from: string, to: string) => Promise<void>,
): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, content, { mode: 0o600, flush: true });
    await into(draft, path);
    await syncFolder(dirname(path));
    return content;
  } catch (error) {
    const winner = isCode(error, 'EEXIST') ? await readIfThere(path) : undefined;
    if (winner !== undefined) return winner;
    throw new ConfigError([`ARRIVAGE_DATA cannot be used: ${(error as Error).message}`]);
  } finally {
    await rm(draft, { force: true });
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A secret file as it is; undefined where there is none yet. @throws ConfigError */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw new ConfigError([`ARRIVAGE_DATA cannot be used: ${(error as Error).message}`]);
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
