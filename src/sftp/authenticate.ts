import ssh2, { type AuthContext, type AuthenticationType, type PublicKeyAuthContext } from 'ssh2';
import type { Admission, Gate, Session } from '../session/session.ts';
import { isAcceptedKey } from '../identity/user-key.ts';

export const METHODS: AuthenticationType[] = ['publickey', 'password'];

/** `ask`: the key may sign in, the client shall now sign. `other`: a method that we don't offer, or its first probe. */
export type Verdict = { kind: 'session'; session: Session } | { kind: 'ask' } | { kind: 'refused' } | { kind: 'other' };

const MAX_USERNAME = 128;
const MAX_PASSWORD = 1024;
/** Bytes of a public key: an RSA key of 8192 bits has 1,041. */
const MAX_KEY = 2048;

/** Judges one request to sign in (RFC 4252). @throws what the gate throws */
export async function judge(gate: Gate, admission: Admission, attempt: AuthContext): Promise<Verdict> {
  if (attempt.method !== 'password' && attempt.method !== 'publickey') return { kind: 'other' };
  if (attempt.username.length > MAX_USERNAME) return { kind: 'refused' };
  if (attempt.method === 'publickey') return judgeKey(gate, admission, attempt);
  if (typeof attempt.password !== 'string' || attempt.password.length > MAX_PASSWORD) return { kind: 'refused' };
  const session = await gate.withPassword(admission, attempt.username, attempt.password, { cleartext: false });
  return { kind: 'session', session };
}

async function judgeKey(gate: Gate, admission: Admission, attempt: PublicKeyAuthContext): Promise<Verdict> {
  const { key, hashAlgo, signature, blob, username } = attempt;
  if (!isAcceptedKey(key.algo, hashAlgo) || key.data.length > MAX_KEY) return { kind: 'refused' };
  // Before the signature: checking one with a key of a stranger's making is work that anyone could order.
  if (!(await gate.knowsKey(admission, username, key.data))) return { kind: 'refused' };
  if (!signature || !blob) return { kind: 'ask' };
  if (!isSignedBy(key, blob, signature, hashAlgo)) return { kind: 'refused' };
  return { kind: 'session', session: await gate.withKey(admission, username, key.data) };
}

function isSignedBy(key: { algo: string; data: Buffer }, blob: Buffer, signature: Buffer, hash?: string): boolean {
  const parsed = ssh2.utils.parseKey(key.data);
  if (parsed instanceof Error) return false;
  const [one] = [parsed].flat();
  // ssh2 returns an Error, not false, for a signature that it can't read.
  const verified: unknown = one?.type === key.algo && one.verify(blob, signature, hash);
  return verified === true;
}
