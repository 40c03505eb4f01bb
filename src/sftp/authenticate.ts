import ssh2, {
  type AuthContext,
  type AuthenticationType,
  type KeyboardAuthContext,
  type PublicKeyAuthContext,
} from 'ssh2';
import type { Admission, Gate, Session } from '../auth/session.ts';
import { isAcceptedKey } from '../identity/user-key.ts';

export const METHODS: AuthenticationType[] = ['publickey', 'password', 'keyboard-interactive'];

/**
 * `ask`: the key may sign in, the client shall now sign. `other`: a method that we don't offer, or its first probe.
 * `gone`: the client has left our question for another method.
 */
export type Verdict =
  { kind: 'session'; session: Session } | { kind: 'ask' } | { kind: 'refused' } | { kind: 'other' } | { kind: 'gone' };

const MAX_USERNAME = 128;
const MAX_PASSWORD = 1024;
/** Bytes of a public key: an RSA key of 8192 bits has 1,041. */
const MAX_KEY = 2048;

/** Judges one request to sign in (RFC 4252). @throws what the gate throws */
export async function judge(gate: Gate, admission: Admission, attempt: AuthContext): Promise<Verdict> {
  const { method, username } = attempt;
  if (method === 'none' || method === 'hostbased') return { kind: 'other' };
  if (username.length > MAX_USERNAME) return { kind: 'refused' };
  if (method === 'publickey') return judgeKey(gate, admission, attempt);
  if (method === 'password') return judgePassword(gate, admission, username, attempt.password);
  const answers = await ask(attempt);
  if (!answers) return { kind: 'gone' };
  return judgePassword(gate, admission, username, answers.length === 1 ? answers[0] : undefined);
}

async function judgePassword(gate: Gate, admission: Admission, username: string, password: unknown): Promise<Verdict> {
  if (typeof password !== 'string' || password.length > MAX_PASSWORD) return { kind: 'refused' };
  return { kind: 'session', session: await gate.withPassword(admission, username, password, { cleartext: false }) };
}

/** As OpenSSH words it, in no other language: lftp knows by it that a password is asked for. */
const QUESTION = { prompt: 'Password: ', echo: false };

/** The password by a dialogue (RFC 4256). Undefined where the client begins another attempt instead of an answer. */
function ask(attempt: KeyboardAuthContext): Promise<string[] | undefined> {
  return new Promise((resolve) => {
    attempt.prompt([QUESTION], (answers: string[] | Error) => resolve(Array.isArray(answers) ? answers : undefined));
  });
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
