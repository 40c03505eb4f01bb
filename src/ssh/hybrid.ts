import { type KeyObject, createHash, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { CIPHERTEXT_BYTES, PUBLIC_KEY_BYTES, mlKem } from './ml-kem.ts';

/**
 * mlkem768x25519-sha256 (RFC 10042): whoever records a session today must break both ML-KEM-768 and X25519 to read it
 * later. Either side's message is the post-quantum part followed by the X25519 public key; the secret is the SHA-256 of
 * both secrets.
 */
export const HYBRID = 'mlkem768x25519-sha256';

/** One side of an exchange: what it sends, and the secret once the other side's message is there. */
export interface Party {
  /** @throws where the message is none of a party that keeps to the method */
  secret(message: Buffer): Buffer;
  /** The server's only after `secret`. */
  message(): Buffer;
}

const CURVE_BYTES = 32;

export function hybridServer(): Party {
  let reply: Buffer | undefined;
  return {
    secret(init) {
      const [theirKey, theirCurve] = split(init, PUBLIC_KEY_BYTES);
      const { ciphertext, secret } = mlKem.encapsulate(theirKey);
      const curve = generateKeyPairSync('x25519');
      reply = Buffer.concat([ciphertext, rawOf(curve.publicKey)]);
      return combine(secret, agree(curve.privateKey, theirCurve));
    },
    message() {
      if (!reply) throw new Error('the server answers after the client');
      return reply;
    },
  };
}

export function hybridClient(): Party {
  const key = mlKem.makeKey();
  const curve = generateKeyPairSync('x25519');
  const init = Buffer.concat([key.publicKey, rawOf(curve.publicKey)]);
  return {
    secret(reply) {
      const [ciphertext, theirCurve] = split(reply, CIPHERTEXT_BYTES);
      return combine(key.decapsulate(ciphertext), agree(curve.privateKey, theirCurve));
    },
    message: () => init,
  };
}

function split(message: Buffer, length: number): [Buffer, Buffer] {
  if (message.length !== length + CURVE_BYTES) throw new Error(`a message of ${message.length} bytes`);
  return [message.subarray(0, length), message.subarray(length)];
}

/** SubjectPublicKeyInfo of id-X25519 (RFC 8410) up to the key itself. */
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex');

const rawOf = (publicKey: KeyObject): Buffer =>
  publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);

/** OpenSSL refuses a point that would make the secret zero, as RFC 8731 demands. */
function agree(privateKey: KeyObject, theirs: Buffer): Buffer {
  const key = Buffer.concat([SPKI_HEAD, theirs]);
  return diffieHellman({ privateKey, publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) });
}

const combine = (quantum: Uint8Array, classical: Uint8Array): Buffer =>
  createHash('sha256').update(quantum).update(classical).digest();
