import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { openLimiter } from '../base/limiter.ts';
import { ArrivageError } from '../errors.ts';

/** OWASP's minimum for argon2id (which is the library's default): 19 MiB, 2 passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each takes a thread of the pool that also writes the files, and 19 MiB. */
const AT_ONCE = 2;
/** Beyond these nobody's turn comes within the time before login: some 80 are judged in a second. */
const MOST_WAITING = 2000;
const LONGEST_BYTES = 1024;

/** Without those that look alike, since someone will type it. */
const LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 28;

/** Some 160 bits. */
export function generatePassword(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

const computations = openLimiter(AT_ONCE);

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

let decoy: Promise<string> | undefined;

/**
 * Whether the password is the hashed one. Without a hash (an unknown username, or one with keys only) it computes as
 * long all the same and says no.
 * @param gone nobody waits for the answer any more: nothing is computed
 * @throws sign_ins_waiting where too many computations wait already
 */
export async function verifyPassword(
  stored: string | null | undefined,
  password: string,
  gone?: AbortSignal,
): Promise<boolean> {
  const fits = Buffer.byteLength(password) <= LONGEST_BYTES;
  decoy ??= hashPassword('a password that nobody has');
  const against = stored ?? (await decoy);
  if (computations.waiting >= MOST_WAITING) throw new ArrivageError('sign_ins_waiting');
  return computations.run(async () => {
    if (gone?.aborted) return false;
    const matches = await verify(against, fits ? password : '');
    return matches && fits && stored != null;
  });
}
