import { ArrivageError, verbatim } from '../../errors.ts';
import type { OpenCommands } from './command.ts';

export const signInCommands: OpenCommands = {
  async USER(control, username) {
    if (username === '') throw new ArrivageError('bad_request', { why: verbatim('USER') });
    control.signIn.name(username);
    // Whether this name may come in clear is known, and said, only after its password.
    await control.reply(331, 'Send the password with PASS.');
  },

  async PASS(control, password) {
    await control.signIn.prove(password, !control.wire.tls, () => !control.isOver);
    await control.reply(230, 'Signed in.');
  },

  ACCT: (control) => control.reply(202, 'No account needed.'),
  CLNT: (control) => control.reply(200, 'Noted.'),

  /** Virtual hosts (RFC 7151): every name leads to the same server. */
  HOST: (control) => control.reply(220, 'arrivage'),

  async REIN(control) {
    control.signOut();
    await control.reply(220, 'arrivage');
  },

  async QUIT(control) {
    await control.reply(221, 'Goodbye.');
    control.finish();
  },
};
