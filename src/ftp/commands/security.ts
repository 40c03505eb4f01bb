import { ArrivageError, verbatim } from '../../errors.ts';
import type { OpenCommands } from './command.ts';

/** RFC 4217. `SSL` and `TLS-P` are older names that ask for encrypted data at once. */
const mechanisms: Readonly<Record<string, { protectData: boolean }>> = {
  TLS: { protectData: false },
  'TLS-C': { protectData: false },
  'TLS-P': { protectData: true },
  SSL: { protectData: true },
};

export const security: OpenCommands = {
  async AUTH(control, argument) {
    const mechanism = mechanisms[argument.trim().toUpperCase()];
    if (control.wire.tls) throw new ArrivageError('bad_sequence', { why: verbatim('AUTH') });
    if (!mechanism) return control.reply(504, 'AUTH TLS only.');
    control.data.protect = mechanism.protectData;
    return control.startTls();
  },

  async PBSZ(control) {
    if (!control.wire.tls) throw new ArrivageError('bad_sequence', { why: verbatim('AUTH TLS') });
    await control.reply(200, 'PBSZ=0');
  },

  async PROT(control, argument) {
    if (!control.wire.tls) throw new ArrivageError('bad_sequence', { why: verbatim('AUTH TLS') });
    const level = argument.trim().toUpperCase();
    if (level !== 'P' && level !== 'C') return control.reply(536, 'PROT P or PROT C.');
    control.data.protect = level === 'P';
    return control.reply(200, `PROT ${level} it is.`);
  },

  /** Back to cleartext: never. */
  CCC: (control) => control.reply(533, 'The control connection stays encrypted.'),
};
