import { createHash, randomBytes } from 'node:crypto';

const KEY_BYTES = 32;
const PREFIX_LENGTH = 12;

export interface NewApiKey {
  /** `arr_…`: shown once, never stored. */
  key: string;
  /** Its first characters, by which people tell keys apart. */
  prefix: string;
  /** SHA-256. */
  hash: Uint8Array;
}

/** A bearer key of 256 random bits. */
export function makeApiKey(): NewApiKey {
  const key = `arr_${randomBytes(KEY_BYTES).toString('base64url')}`;
  return { key, prefix: key.slice(0, PREFIX_LENGTH), hash: hashApiKey(key) };
}

export function hashApiKey(key: string): Uint8Array {
  return createHash('sha256').update(key).digest();
}
