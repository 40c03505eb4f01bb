import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { NewKey } from '../db/credentials.ts';
import { fingerprintOf } from '../identity/host-keys.ts';
import { isAcceptedKey } from '../sftp/algorithms.ts';
import { CommandFailure } from './failure.ts';

/** Without those that look alike, since someone will type it. */
const LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 28;
const LONGEST_BYTES = 1024;
const MOST_KEY_BYTES = 64 * 1024;
const LEAST_RSA_BYTES = 270;

/** Some 160 bits. */
export function generatePassword(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

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
export async function readPublicKeys(file: string): Promise<NewKey[]> {
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

function publicKey(file: string, text: string): NewKey {
  const parsed = ssh2.utils.parseKey(text.trim());
  if (parsed instanceof Error)
    throw new CommandFailure(
      `${file} holds no OpenSSH public key (it begins with "ssh-ed25519 AAAA…"): ${parsed.message}`,
    );
  const [key] = [parsed].flat();
  if (!key) throw new CommandFailure(`${file} holds no public key.`);
  if (key.isPrivateKey())
    throw new CommandFailure(`${file} is a private key: give the public one, which usually ends in .pub`);
  const wire = key.getPublicSSH();
  if (!isAcceptedKey(key.type, 'sha256') || (key.type === 'ssh-rsa' && wire.length < LEAST_RSA_BYTES))
    throw new CommandFailure(
      `${file}: a key of type ${key.type} is not accepted; use ed25519, ECDSA or RSA from 2048 bits.`,
    );
  return { fingerprint: fingerprintOf(wire), publicKey: wire, comment: key.comment.slice(0, 200) };
}
