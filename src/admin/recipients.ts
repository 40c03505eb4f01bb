import {
  findRecipient,
  mostRecipients,
  removeRecipient as dropRecipient,
  setRecipient as storeRecipient,
  type Recipient,
} from '../db/queries/events/recipients.ts';
import { inTurn } from '../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../errors.ts';
import type { TenantId } from '../model/tenant.ts';
import { audited, type Admin, type Precondition } from './admin.ts';

/**
 * Adds a recipient, or changes the one of this address.
 * @param precondition is asked about undefined where there is none
 * @throws too_many_recipients; what the precondition throws
 */
export async function setRecipient(
  admin: Admin,
  tenant: TenantId,
  recipient: Recipient,
  precondition?: Precondition<Recipient | undefined>,
): Promise<void> {
  await inTurn(admin.database.db, tenant, async (tx) => {
    precondition?.(await findRecipient(tx, tenant, recipient.email));
    if (!(await storeRecipient(tx, tenant, recipient, mostRecipients)))
      throw new ArrivageError('too_many_recipients', { limit: mostRecipients });
    await audited(admin, tx, tenant, 'recipient.set', { ...recipient });
  });
}

/** Writes to an address no more. @throws no_such_resource; what the precondition throws */
export async function removeRecipient(
  admin: Admin,
  tenant: TenantId,
  email: string,
  precondition?: Precondition<Recipient>,
): Promise<void> {
  await inTurn(admin.database.db, tenant, async (tx) => {
    const current = await findRecipient(tx, tenant, email);
    if (!current) throw new ArrivageError('no_such_resource');
    precondition?.(current);
    await dropRecipient(tx, tenant, email);
    await audited(admin, tx, tenant, 'recipient.remove', { email });
  });
}
