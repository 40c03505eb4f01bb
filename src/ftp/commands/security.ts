import { ArrivageError, verbatim } from '../../errors.ts';
import { reply } from '../control.ts';
import type { CommandFamily } from './command.ts';

/** RFC 4217. `SSL` and `TLS-P` are older names that ask for encrypted data at once. */
const mechanisms: Readonly<Record<string, { protectData: boolean }>> = {
  TLS: { protectData: false },
  'TLS-C': { protectData: false },
  'TLS-P': { protectData: true },
  SSL: { protectData: true },
};

export const security: CommandFamily = {
  async AUTH(control, argument) {
    const mechanism = mechanisms[argument.trim().toUpperCase()];
    if (control.secure) throw new ArrivageError('bad_sequence', { why: verbatim('AUTH') });
    if (!mechanism) return reply(control, 504, 'AUTH TLS only.');
    control.protectData = mechanism.protectData;
    return control.startTls();
  },

  async PBSZ(control) {
    if (!control.secure) throw new ArrivageError('bad_sequence', { why: verbatim('AUTH TLS') });
    await reply(control, 200, 'PBSZ=0');
  },

  async PROT(control, argument) {
    if (!control.secure) throw new ArrivageError('bad_sequence', { why: verbatim('AUTH TLS') });
    const level = argument.trim().toUpperCase();
    if (level !== 'P' && level !== 'C') return reply(control, 536, 'PROT P or PROT C.');
    control.protectData = level === 'P';
    return reply(control, 200, `PROT ${level} it is.`);
  },

  /** Back to cleartext: never. */
  CCC: (control) => reply(control, 533, 'The control connection stays encrypted.'),
};
