import type { FileView } from '../files/view.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Admission, Session } from '../auth/session.ts';
import { ArrivageError, verbatim } from '../errors.ts';
import { root } from '../model/virtual-path.ts';
import type { FtpDoorContext } from './door.ts';
import { type Stage, stageSteps } from './states.ts';

/** Wrong passwords on one connection; the gate counts them over connections. */
const MOST_FAILURES = 5;

/** What signing in brings, and what AUTH and REIN take away again. */
export interface SignedIn {
  readonly username: string;
  readonly session: Session;
  readonly files: FileView;
  folder: VirtualPath;
  /** Bytes to skip at the start of the next transfer, from REST. */
  offset: number;
  /** From RNFR, for its RNTO. */
  renaming: VirtualPath | undefined;
}

type Standing = { stage: 'user' } | { stage: 'password'; username: string } | { stage: 'signedIn'; signedIn: SignedIn };

interface Parts {
  door: Pick<FtpDoorContext, 'gate' | 'openFiles'>;
  admission: Admission;
  /** Access was withdrawn from whoever is signed in. */
  revoked: () => void;
}

/** How far the client of one control connection has come with signing in. */
export class SignIn {
  readonly #parts: Parts;
  #standing: Standing = { stage: 'user' };
  #failures = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get stage(): Stage {
    return this.#standing.stage;
  }

  get signedIn(): SignedIn | undefined {
    return this.#standing.stage === 'signedIn' ? this.#standing.signedIn : undefined;
  }

  /** Somebody says who they are. */
  name(username: string): void {
    this.#enter({ stage: 'password', username });
  }

  /**
   * Judges the password of whoever was named.
   * @param isWanted asked once it is judged; a session that nobody is there for any more is closed
   * @throws what the gate throws, and too_many_attempts after the last that may fail
   */
  async prove(password: string, cleartext: boolean, isWanted: () => boolean): Promise<void> {
    const { door, admission, revoked } = this.#parts;
    if (this.#standing.stage !== 'password') throw new ArrivageError('bad_sequence', { why: verbatim('PASS') });
    const { username } = this.#standing;
    try {
      const session = await door.gate.withPassword(admission, username, password, { cleartext });
      if (!isWanted()) {
        session.close();
        return;
      }
      session.revoked.addEventListener('abort', revoked, { once: true });
      const files = door.openFiles(session);
      this.#enter({
        stage: 'signedIn',
        signedIn: { username, session, files, folder: root, offset: 0, renaming: undefined },
      });
    } catch (error) {
      this.leave();
      this.#failures += 1;
      throw this.#failures < MOST_FAILURES ? error : new ArrivageError('too_many_attempts', {}, error);
    }
  }

  /** Back to where it was before USER. */
  leave(): void {
    this.signedIn?.session.close();
    if (this.stage !== 'user') this.#enter({ stage: 'user' });
  }

  #enter(next: Standing): void {
    const { stage } = this.#standing;
    if (!stageSteps[stage].includes(next.stage)) throw new Error(`no step leads from ${stage} to ${next.stage}`);
    this.#standing = next;
  }
}
