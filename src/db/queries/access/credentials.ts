import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Credential, Protocol, TenantId, TlsResumption } from '../../../model/tenant.ts';
import { ArrivageError } from '../../../errors.ts';
import type { Db, Tx } from '../../client.ts';
import { credentialKeys, credentials } from '../../schema/tables.ts';
import { inTurn } from '../tenants/tenants.ts';

export interface NewCredential {
  tenantId: TenantId;
  username: string;
  passwordHash: string | null;
  /** The defaults where it is not set. */
  protocols?: Protocol[];
  allowCleartextFtp: boolean;
  /** `off` where it is not set. */
  tlsResumption?: TlsResumption;
  ipRanges: string[];
}

export interface NewKey {
  fingerprint: string;
  /** SSH wire format (RFC 4253, section 6.6). */
  publicKey: Uint8Array;
  comment: string;
}

export interface ListedCredential extends Credential {
  hasPassword: boolean;
  keys: Omit<NewKey, 'publicKey'>[];
  createdAt: Date;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

/** Credentials of one tenant in force, and keys of one credential. */
const MOST = 100;
const MOST_KEYS = 20;
/** Those revoked before are forgotten; the audit still knows them. */
const MOST_REVOKED = 100;

/**
 * Stores a credential with its keys. A name that the tenant itself has revoked may be given again.
 * @returns undefined where the name is taken, be it by another tenant: usernames are unique on a server
 * @throws too_many_credentials, too_many_keys
 */
export async function addCredential(
  db: Db | Tx,
  credential: NewCredential,
  keys: NewKey[],
): Promise<string | undefined> {
  const { tenantId, username } = credential;
  if (keys.length > MOST_KEYS) throw new ArrivageError('too_many_keys', { limit: MOST_KEYS });
  return inTurn(db, tenantId, async (tx) => {
    const inForce = and(eq(credentials.tenantId, tenantId), isNull(credentials.revokedAt));
    if ((await tx.$count(credentials, inForce)) >= MOST)
      throw new ArrivageError('too_many_credentials', { limit: MOST });
    const revoked = sql`${credentials.revokedAt} is not null`;
    await tx
      .delete(credentials)
      .where(and(eq(credentials.tenantId, tenantId), eq(credentials.username, username), revoked));
    const [row] = await tx
      .insert(credentials)
      .values(credential)
      .onConflictDoNothing()
      .returning({ id: credentials.id });
    if (!row) return undefined;
    await insertKeys(tx, tenantId, row.id, keys);
    await tx.delete(credentials).where(
      and(
        eq(credentials.tenantId, tenantId),
        sql`${credentials.id} in (
      select id from credentials where tenant_id = ${tenantId} and revoked_at is not null
      order by revoked_at desc offset ${MOST_REVOKED})`,
      ),
    );
    return row.id;
  });
}

async function insertKeys(tx: Tx, tenantId: TenantId, credentialId: string, keys: NewKey[]): Promise<void> {
  if (keys.length === 0) return;
  await tx
    .insert(credentialKeys)
    .values(keys.map((key) => ({ tenantId, credentialId, ...key })))
    .onConflictDoNothing();
}

export async function listCredentials(db: Db, tenantId: TenantId): Promise<ListedCredential[]> {
  const rows = await db
    .select()
    .from(credentials)
    .where(eq(credentials.tenantId, tenantId))
    .orderBy(asc(credentials.username));
  const keys = await db.select().from(credentialKeys).where(eq(credentialKeys.tenantId, tenantId));
  return rows.map(({ passwordHash, ...row }) => ({
    ...row,
    hasPassword: passwordHash !== null,
    keys: keys
      .filter(({ credentialId }) => credentialId === row.id)
      .map(({ fingerprint, comment }) => ({ fingerprint, comment })),
  }));
}

/** No session opens with it from now on; sessions that are open stay. @returns whether there was one to revoke */
export async function revokeCredential(db: Db | Tx, tenantId: TenantId, username: string): Promise<boolean> {
  const revoked = await db
    .update(credentials)
    .set({ revokedAt: sql`now()`, passwordHash: null })
    .where(and(eq(credentials.tenantId, tenantId), eq(credentials.username, username), isNull(credentials.revokedAt)))
    .returning({ id: credentials.id });
  for (const { id } of revoked)
    await db
      .delete(credentialKeys)
      .where(and(eq(credentialKeys.tenantId, tenantId), eq(credentialKeys.credentialId, id)));
  return revoked.length > 0;
}
