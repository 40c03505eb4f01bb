import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A master key: 32 bytes, and the id that what it sealed is marked with. */
export interface MasterKey {
  id: string;
  key: Uint8Array;
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a secret with AES-256-GCM (NIST SP 800-38D): `key id . base64url(iv, tag, ciphertext)`.
 * @param context where it belongs, such as `connector/acme/password`: bound to it, it opens nowhere else
 */
export function seal({ id, key }: MasterKey, secret: string, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return `${id}.${Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString('base64url')}`;
}

/** Which master key sealed it. */
export const keyIdOf = (sealed: string): string => sealed.slice(0, sealed.indexOf('.'));

/** @throws Error where the key, the context or a byte of it is another */
export function unseal({ key }: MasterKey, sealed: string, context: string): string {
  const bytes = Buffer.from(sealed.slice(sealed.indexOf('.') + 1), 'base64url');
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(tag);
  const secret = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return secret.toString('utf8');
}
