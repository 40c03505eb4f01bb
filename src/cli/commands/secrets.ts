import { readFile } from 'node:fs/promises';
import { ArrivageError } from '../../errors.ts';
import { readUserKey, type UserKey } from '../../identity/user-key.ts';
import { CommandFailure } from '../failure.ts';

const LONGEST_BYTES = 1024;
const MOST_KEY_BYTES = 64 * 1024;

/** The one line that standard input holds. @throws CommandFailure */
export async function readPassword(input: AsyncIterable<Buffer | string>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of input) {
    pieces.push(Buffer.from(piece));
    if (pieces.reduce((sum, each) => sum + each.length, 0) > LONGEST_BYTES + 2) break;
  }
  const password = Buffer.concat(pieces)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (password === '') throw new CommandFailure('Standard input holds no password.');
  if (/[\r\n\0]/.test(password)) throw new CommandFailure('A password is one line: standard input holds several.');
  if (Buffer.byteLength(password) > LONGEST_BYTES)
    throw new CommandFailure(`A password has at most ${LONGEST_BYTES} bytes.`);
  return password;
}

/** The public keys in a file, one on each line as OpenSSH writes them. @throws CommandFailure naming the file */
export async function readPublicKeys(file: string): Promise<UserKey[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandFailure(`${file} cannot be read: ${(error as Error).message}`);
  });
  if (text.length > MOST_KEY_BYTES) throw new CommandFailure(`${file} is no file of public keys: it is too large.`);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const isBlock = lines[0]?.startsWith('----') ?? false;
  const keys = (isBlock ? [text] : lines).map((line) => publicKey(file, line));
  if (keys.length === 0) throw new CommandFailure(`${file} holds no public key.`);
  return keys;
}

function publicKey(file: string, text: string): UserKey {
  try {
    return readUserKey(text);
  } catch (error) {
    throw error instanceof ArrivageError ? new CommandFailure(`${file}: ${error.message}`) : error;
  }
}
