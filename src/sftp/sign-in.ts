import type { Log } from '../log.ts';
import type { AuthContext, Connection } from 'ssh2';
import { ArrivageError } from '../errors.ts';
import type { Language } from '../model/tenant.ts';
import type { Admission, Gate, Session } from '../auth/session.ts';
import { METHODS, type Verdict, judge } from './authenticate.ts';
import { refusalFor } from './failure.ts';
import { askedOnce } from './tried.ts';
import { disconnectReason, sendBanner } from '../ssh/messages.ts';

/** Passwords and signatures that may be wrong, and requests of any kind: an agent offers many keys. */
const MAX_FAILURES = 6;
const MAX_REQUESTS = 24;

export interface SignInOptions {
  client: Connection;
  gate: Gate;
  admission: Admission;
  language: Language;
  log: Log;
  /** Returns whether the connection is still there; if not, the session is closed at once. */
  onSession: (session: Session) => boolean;
  onGiveUp: (reason: string, farewell?: Farewell) => void;
}

/** What the client is told as the connection ends: a code of RFC 4253, section 11.1, and a text. */
export interface Farewell {
  code: number;
  text: string;
}

/** Answers a connection's requests to sign in until one succeeds or they are too many. */
export function watchSignIn({ client, gate, admission, language, log, onSession, onGiveUp }: SignInOptions): void {
  const ownGate = askedOnce(gate);
  let requests = 0;
  let failures = 0;

  let last = Promise.resolve();

  client.on('authentication', (attempt) => {
    requests += 1;
    // Only of a dialogue, which a client may leave for another attempt while its answer is being judged.
    const left = new AbortController();
    attempt.once('abort', () => left.abort());
    if (requests > MAX_REQUESTS) onGiveUp('too many sign-in requests');
    else last = last.then(() => decide(attempt, left.signal)).catch(giveUp);
  });

  function giveUp(error: unknown): void {
    onGiveUp(`sign-in could not be answered: ${String(error)}`);
  }

  async function decide(attempt: AuthContext, left: AbortSignal): Promise<void> {
    try {
      const verdict = await judge(ownGate, admission, attempt);
      if (verdict.kind === 'refused' && isProof(attempt)) failures += 1;
      // ssh2 takes no answer any more: a session would be one that nobody is signed in to.
      if (!left.aborted) conclude(attempt, verdict);
      else if (verdict.kind === 'session') verdict.session.close();
    } catch (error) {
      failures += 1;
      refuse(attempt, refusalFor(error, log));
    }
    if (failures >= MAX_FAILURES) onGiveUp('too many failed sign-ins');
  }

  function conclude(attempt: AuthContext, verdict: Verdict): void {
    if (verdict.kind === 'session' && !onSession(verdict.session)) verdict.session.close();
    else if (verdict.kind === 'session' || verdict.kind === 'ask') attempt.accept();
    else attempt.reject(METHODS);
  }

  function refuse(attempt: AuthContext, error: ArrivageError): void {
    if (error.entry.retryable) {
      endFor(attempt, error);
      return;
    }
    // SSH's own "Permission denied" says as much as login_refused does.
    if (error.code !== 'login_refused') sendBanner(client, error.text(language));
    attempt.reject(METHODS);
  }

  /** A refusal would read as a wrong password, for which people change it, and clients that ask no more give up. */
  function endFor({ username }: AuthContext, error: ArrivageError): void {
    log.info({ address: admission.address, username: username.slice(0, 128), code: error.code }, 'sign-in put off');
    onGiveUp(`sign-in put off: ${error.code}`, { code: codeFor(error), text: error.text(language) });
  }
}

const codeFor = ({ code }: ArrivageError): number =>
  code === 'too_many_connections' ? disconnectReason.tooManyConnections : disconnectReason.serviceNotAvailable;

/** A password or a signed request; asking whether a key is known proves nothing and is no failure. */
function isProof(attempt: AuthContext): boolean {
  const { method } = attempt;
  return (
    method === 'password' ||
    method === 'keyboard-interactive' ||
    (attempt.method === 'publickey' && attempt.signature !== undefined)
  );
}
