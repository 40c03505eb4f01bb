import { and, asc, eq, sql } from 'drizzle-orm';
import type { StoredEventType } from '../../../model/stored-event.ts';
import type { Language, TenantId } from '../../../model/tenant.ts';
import type { Db, Tx } from '../../client.ts';
import { recipients } from '../../schema/notify.ts';

/** Recipients that a tenant may have. */
export const mostRecipients = 50;

/** Whom to write to, about what. */
export interface Recipient {
  email: string;
  language: Language;
  /** Empty: all. */
  types: StoredEventType[];
  /** Also gets the daily digest. */
  digest: boolean;
}

const listed = {
  email: recipients.email,
  language: recipients.language,
  types: recipients.types,
  digest: recipients.digest,
};

const isRecipient = (tenantId: TenantId, email: string) =>
  and(eq(recipients.tenantId, tenantId), eq(recipients.email, email));

/**
 * Adds a recipient, or changes the one of this address. In the tenant's turn (`inTurn`): two that come at once must not
 * both be the last one. @returns false where the tenant has `most` already
 */
export async function setRecipient(tx: Tx, tenantId: TenantId, recipient: Recipient, most: number): Promise<boolean> {
  const others = sql`${recipients.tenantId} = ${tenantId} and ${recipients.email} <> ${recipient.email}`;
  if ((await tx.$count(recipients, others)) >= most) return false;
  await tx
    .insert(recipients)
    .values({ tenantId, ...recipient })
    .onConflictDoUpdate({ target: [recipients.tenantId, recipients.email], set: { ...recipient } });
  return true;
}

export async function listRecipients(db: Db, tenantId: TenantId): Promise<Recipient[]> {
  return db.select(listed).from(recipients).where(eq(recipients.tenantId, tenantId)).orderBy(asc(recipients.email));
}

export async function findRecipient(db: Db | Tx, tenantId: TenantId, email: string): Promise<Recipient | undefined> {
  const [row] = await db.select(listed).from(recipients).where(isRecipient(tenantId, email));
  return row;
}

/** @returns whether there was one */
export async function removeRecipient(db: Db | Tx, tenantId: TenantId, email: string): Promise<boolean> {
  const gone = await db.delete(recipients).where(isRecipient(tenantId, email)).returning({ email: recipients.email });
  return gone.length > 0;
}
