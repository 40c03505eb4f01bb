import { ArrivageError, verbatim } from '../../errors.ts';
import { type Control, finish, reply, signOut } from '../control.ts';
import type { CommandFamily } from './command.ts';

/** Wrong passwords on one connection; the gate counts them over connections. */
const MOST_FAILURES = 5;

export const signInCommands: CommandFamily = {
  async USER(control, username) {
    if (control.signIn.session) throw new ArrivageError('bad_sequence', { why: verbatim('USER') });
    if (username === '') throw new ArrivageError('bad_request', { why: verbatim('USER') });
    control.signIn.username = username;
    // Whether this name may come in clear is known, and said, only after its password.
    await reply(control, 331, 'Send the password with PASS.');
  },

  async PASS(control, password) {
    const { signIn } = control;
    if (signIn.session || signIn.username === undefined)
      throw new ArrivageError('bad_sequence', { why: verbatim('PASS') });
    try {
      await openSession(control, signIn.username, password);
    } catch (error) {
      signIn.username = undefined;
      control.failures += 1;
      throw control.failures < MOST_FAILURES ? error : new ArrivageError('too_many_attempts', {}, error);
    }
    await reply(control, 230, 'Signed in.');
  },

  ACCT: (control) => reply(control, 202, 'No account needed.'),
  CLNT: (control) => reply(control, 200, 'Noted.'),

  /** Virtual hosts (RFC 7151): every name leads to the same server. */
  async HOST(control) {
    if (control.signIn.username !== undefined) throw new ArrivageError('bad_sequence', { why: verbatim('HOST') });
    await reply(control, 220, 'arrivage');
  },

  async REIN(control) {
    signOut(control);
    await reply(control, 220, 'arrivage');
  },

  async QUIT(control) {
    await reply(control, 221, 'Goodbye.');
    finish(control);
  },
};

async function openSession(control: Control, username: string, password: string): Promise<void> {
  const { context, admission, signIn } = control;
  const session = await context.gate.withPassword(admission, username, password, { cleartext: !control.secure });
  if (control.ended) {
    session.close();
    return;
  }
  session.revoked.addEventListener('abort', () => cutOff(control), { once: true });
  signIn.session = session;
  signIn.files = context.openFiles(session);
  control.link.setSignedIn(true);
}

function cutOff(control: Control): void {
  control.transfer?.abort('access withdrawn');
  void reply(control, 421, 'Access was withdrawn.');
  finish(control);
}
