import ssh2 from 'ssh2';
import { ArrivageError } from '../errors.ts';
import { fingerprintOf } from './host-keys.ts';

/** A public key by which somebody signs in. */
export interface UserKey {
  /** `SHA256:…`, as OpenSSH prints it. */
  fingerprint: string;
  /** SSH wire format (RFC 4253, section 6.6). */
  publicKey: Uint8Array;
  comment: string;
}

/** Types of user keys, as they stand in the key itself. RSA is signed with SHA-2 only, which `hashAlgo` tells. */
const types = new Set(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa']);
/** Bytes of an RSA key of 2048 bits in SSH wire format: the shortest that is taken. */
const LEAST_RSA_BYTES = 270;
const LONGEST_COMMENT = 200;

/** The same as SSH names signatures (RFC 8332): for a client that is to choose one for its key. */
export const SIGNATURE_ALGORITHMS: readonly string[] = [
  ...[...types].filter((type) => type !== 'ssh-rsa'),
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** Whether a key of this type, with this hash for its signature, may sign in. SHA-1 and DSA may not. */
export function isAcceptedKey(type: string, hash: string | undefined): boolean {
  return types.has(type) && (type !== 'ssh-rsa' || hash === 'sha256' || hash === 'sha512');
}

/** Reads a public key as OpenSSH writes it: `ssh-ed25519 AAAA… comment`. @throws public_key_unreadable, private_key_given, key_type_refused */
export function readUserKey(text: string): UserKey {
  const parsed = ssh2.utils.parseKey(text.trim());
  if (parsed instanceof Error) throw new ArrivageError('public_key_unreadable', {}, parsed);
  const [key] = [parsed].flat();
  if (!key) throw new ArrivageError('public_key_unreadable');
  if (key.isPrivateKey()) throw new ArrivageError('private_key_given');
  const wire = key.getPublicSSH();
  if (!isAcceptedKey(key.type, 'sha256') || (key.type === 'ssh-rsa' && wire.length < LEAST_RSA_BYTES))
    throw new ArrivageError('key_type_refused', { type: key.type });
  return { fingerprint: fingerprintOf(wire), publicKey: wire, comment: key.comment.slice(0, LONGEST_COMMENT) };
}
