import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Credential, Tenant, TenantId } from '../../../model/tenant.ts';
import type { Database, Db, Tx } from '../../client.ts';
import { audit, credentialKeys, credentials, tenants } from '../../schema/tables.ts';

export interface SignIn {
  credential: Credential;
  tenant: Tenant;
  passwordHash: string | null;
  /** SSH wire format (RFC 4253, section 6.6). */
  publicKeys: Uint8Array[];
}

/** The credential of that name with its tenant and keys, unless it was revoked. */
export async function findSignIn({ db }: Database, username: string): Promise<SignIn | undefined> {
  const rows = await db
    .select({ credential: credentials, tenant: tenants, publicKey: credentialKeys.publicKey })
    .from(credentials)
    .innerJoin(tenants, eq(tenants.id, credentials.tenantId))
    .leftJoin(
      credentialKeys,
      and(eq(credentialKeys.tenantId, credentials.tenantId), eq(credentialKeys.credentialId, credentials.id)),
    )
    .where(and(eq(credentials.username, username), isNull(credentials.revokedAt)));
  const [first] = rows;
  if (!first) return undefined;
  const { credential, tenant } = first;
  return {
    credential,
    tenant,
    passwordHash: credential.passwordHash,
    publicKeys: rows.flatMap(({ publicKey }) => (publicKey ? [publicKey] : [])),
  };
}

const CLEAR = ' clear';

/** The access of a credential; `clear`: to FTP without TLS, too. */
export const accessOf = ({ id }: Pick<Credential, 'id'>, clear: boolean): string => (clear ? id + CLEAR : id);

/**
 * Which of these accesses are no more: of credentials that are revoked or gone, or of a suspended tenant; those in clear
 * also where TLS is required by now.
 */
export async function withoutAccess({ sql }: Database, accesses: readonly string[]): Promise<string[]> {
  const ids = [...new Set(accesses.map((access) => access.replace(CLEAR, '')))];
  const rows = await sql<{ id: string; clear: boolean }[]>`
    select c.id, c.allow_cleartext_ftp and not t.require_tls as clear
    from credentials c join tenants t on t.id = c.tenant_id
    where c.id in ${sql(ids)} and c.revoked_at is null and t.state <> 'suspended'`;
  const good = new Set(rows.flatMap(({ id, clear }) => [id, ...(clear ? [id + CLEAR] : [])]));
  return accesses.filter((access) => !good.has(access));
}

/** Whether FTP data connections of any credential in force must resume a TLS session. */
export async function anyoneResumes({ sql }: Database): Promise<boolean> {
  const [row] = await sql<{ any: boolean }[]>`
    select exists (select from credentials where tls_resumption <> 'off' and revoked_at is null) as any`;
  return row?.any === true;
}

const DAYS_OF_FRIENDS = 90;
const MOST_ADDRESSES = 200;

/** From where a username has signed in through a door lately, as the audit tells; the latest first. */
export async function signInAddresses({ sql }: Database, username: string): Promise<string[]> {
  const rows = await sql<{ address: string }[]>`
    select detail->>'address' as address from audit
    where tenant_id = (select tenant_id from credentials where username = ${username} and revoked_at is null)
      and actor = ${username} and action = 'sign_in' and detail->>'door' in ('ftp', 'sftp')
      and at > now() - make_interval(days => ${DAYS_OF_FRIENDS})
    group by 1 order by max(at) desc limit ${MOST_ADDRESSES}`;
  return rows.map(({ address }) => address);
}

export interface AuditRow {
  /** Empty where no tenant is known. */
  tenantId: TenantId;
  actor: string;
  action: string;
  detail: Record<string, unknown>;
}

/**
 * As `addAuditRows`, of what waited in memory: of a tenant that was deleted meanwhile the operator keeps the entry, lest it
 * outlives the tenant, and whoever is given its id next reads it.
 */
export async function addLateAuditRows({ db }: Pick<Database, 'db'>, rows: AuditRow[]): Promise<void> {
  const named = [...new Set(rows.map(({ tenantId }) => tenantId))].filter((id) => id !== '');
  await db.transaction(async (tx) => {
    // Until the end of the transaction none of them is deleted.
    const there = await tx.select({ id: tenants.id }).from(tenants).where(inArray(tenants.id, named)).for('key share');
    const known = new Set(there.map(({ id }) => id));
    await addAuditRows(
      { db: tx },
      rows.map((row) => (row.tenantId === '' || known.has(row.tenantId) ? row : orphaned(row))),
    );
  });
}

const orphaned = ({ tenantId, detail, ...row }: AuditRow): AuditRow => ({
  ...{ ...row, tenantId: '', detail: { ...detail, tenant: tenantId } },
});

export async function addAuditRows({ db }: { db: Db | Tx }, rows: AuditRow[]): Promise<void> {
  if (rows.length > 0) await db.insert(audit).values(rows);
}

/** Dates the last sign-in of each credential: now. */
export async function touchCredentials({ sql }: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`update credentials set last_used_at = now() where id in ${sql([...ids])}`;
}
