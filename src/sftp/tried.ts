import { createHash } from 'node:crypto';
import { ArrivageError } from '../errors.ts';
import type { Gate } from '../auth/session.ts';

/**
 * The gate for one connection, which remembers the passwords that it refused. Clients try one password by every method
 * there is, `keyboard-interactive` and then `password`; that is one wrong password, and counts as one.
 */
export function askedOnce(gate: Gate): Gate {
  const refused = new Set<string>();
  return {
    ...gate,
    async withPassword(admission, username, password, options) {
      const asked = createHash('sha256').update(`${username}\0${password}`).digest('base64');
      if (refused.has(asked)) throw new ArrivageError('login_refused');
      try {
        return await gate.withPassword(admission, username, password, options);
      } catch (error) {
        if (error instanceof ArrivageError && error.code === 'login_refused') refused.add(asked);
        throw error;
      }
    },
  };
}
