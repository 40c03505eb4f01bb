import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { ArrivageError } from '../errors.ts';
import type { Language } from '../model/tenant.ts';
import { NOTE } from './place.ts';

const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Says beside a file why it was left lying: whoever dropped it has no connection on which to be told. The note is made
 * anew: what has its name could be another name of a file that is not ours to write to.
 */
export async function writeNote(file: string, error: ArrivageError, language: Language): Promise<void> {
  await removeNote(file);
  const handle = await open(file + NOTE, WRITE, 0o644);
  try {
    await handle.writeFile(`${error.text(language)}\n(${error.code})\n`);
  } finally {
    await handle.close();
  }
}

export async function removeNote(file: string): Promise<void> {
  await rm(file + NOTE, { force: true });
}
