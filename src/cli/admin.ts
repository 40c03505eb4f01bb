import { userInfo } from 'node:os';
import type { AdminParts } from '../admin/admin.ts';
import type { Foundation } from '../main/foundation.ts';

/** Who works at this terminal, as the use cases know whoever administers. */
export function adminOf({ database, spool, keyring, config, now }: Foundation): AdminParts {
  const { ports: serverPorts, privateTargets } = config;
  return { database, spool, keyring, serverPorts, privateTargets, now, actor: operator() };
}

/** Who works at this terminal, as the audit names them. */
export function operator(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // An account without a name, as containers may have.
    return `cli:${process.getuid?.() ?? ''}`;
  }
}
