import { banSubjects } from '../auth/bans.ts';
import { liftBans } from '../db/queries/access/penalties.ts';
import { ArrivageError } from '../errors.ts';
import { audited, type Admin } from './admin.ts';

/**
 * Lets an address or a username sign in again; servers follow within seconds.
 * @returns what was lifted @throws no_such_resource where nothing was
 */
export async function liftBan(admin: Admin, whom: string): ReturnType<typeof liftBans> {
  return admin.database.db.transaction(async (tx) => {
    const bans = await liftBans(tx, banSubjects(whom));
    if (bans.length === 0) throw new ArrivageError('no_such_resource');
    await audited(admin, tx, '', 'ban.lift', { bans });
    return bans;
  });
}
