import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** What a browser or a link is known by: shown once, kept as a hash. */
export interface Token {
  /** 256 random bits, in letters that a path and a cookie take. */
  token: string;
  /** SHA-256: a token that nobody guesses needs no slow hash. */
  hash: Uint8Array;
}

export function makeToken(): Token {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, hash: hashToken(token) };
}

export const hashToken = (token: string): Uint8Array => createHash('sha256').update(token).digest();
