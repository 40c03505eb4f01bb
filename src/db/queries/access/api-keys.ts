import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Caller, KeyScope } from '../../../model/api-key.ts';
import type { TenantId, TenantState } from '../../../model/tenant.ts';
import { apiKeys } from '../../schema/api.ts';
import { ArrivageError } from '../../../errors.ts';
import type { Db, Tx } from '../../client.ts';
import { signedIn } from '../../schema/people.ts';
import { tenants } from '../../schema/tables.ts';
import { inTurn } from '../tenants/tenants.ts';

export interface ListedApiKey {
  id: string;
  name: string;
  scope: KeyScope;
  prefix: string;
  createdAt: Date;
  createdBy: string;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const listed = {
  id: apiKeys.id,
  name: apiKeys.name,
  scope: apiKeys.scope,
  prefix: apiKeys.prefix,
  createdAt: apiKeys.createdAt,
  createdBy: apiKeys.createdBy,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
};

/** Keys of the operator belong to no tenant. */
const ownerOf = (tenant: TenantId | null): TenantId => tenant ?? '';

/** Keys of one tenant in force. */
const MOST = 50;
/** Those revoked before are forgotten; the audit still knows them. */
const MOST_REVOKED = 100;

/** @throws too_many_keys where the tenant has its most in force */
export async function addApiKey(
  db: Db | Tx,
  tenant: TenantId | null,
  key: { name: string; scope: KeyScope; prefix: string; hash: Uint8Array; createdBy: string },
): Promise<ListedApiKey> {
  if (tenant === null) return insert(db, '', key);
  return inTurn(db, tenant, async (tx) => {
    const inForce = and(eq(apiKeys.tenantId, tenant), isNull(apiKeys.revokedAt));
    if ((await tx.$count(apiKeys, inForce)) >= MOST) throw new ArrivageError('too_many_keys', { limit: MOST });
    await tx.execute(sql`delete from api_keys where tenant_id = ${tenant} and id in (
      select id from api_keys where tenant_id = ${tenant} and revoked_at is not null
      order by revoked_at desc offset ${MOST_REVOKED})`);
    return insert(tx, tenant, key);
  });
}

async function insert(
  db: Db | Tx,
  tenantId: TenantId,
  key: Omit<typeof apiKeys.$inferInsert, 'tenantId'>,
): Promise<ListedApiKey> {
  const [row] = await db
    .insert(apiKeys)
    .values({ tenantId, ...key })
    .returning(listed);
  if (!row) throw new Error('insert returned no row');
  return row;
}

/** Also those that were revoked. */
export async function listApiKeys(db: Db, tenant: TenantId | null): Promise<ListedApiKey[]> {
  return db
    .select(listed)
    .from(apiKeys)
    .where(eq(apiKeys.tenantId, ownerOf(tenant)))
    .orderBy(asc(apiKeys.createdAt), asc(apiKeys.id));
}

export interface RevokedApiKey extends ListedApiKey {
  /** Empty for a key of the operator. */
  tenantId: TenantId;
}

/** It opens nothing from now on. @returns the key, or nothing where there is none to revoke */
export async function revokeApiKey(db: Db | Tx, tenant: TenantId | null, id: string): Promise<RevokedApiKey[]> {
  return db
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKeys.tenantId, ownerOf(tenant)), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning({ ...listed, tenantId: apiKeys.tenantId });
}

/**
 * Revokes a key, if it is in force, and all that it has made, and what those have made: what someone made who had it is as
 * little theirs to keep. A key of the operator may have made keys of any tenant. Its maker is known by the prefix in
 * `createdBy`, which has 48 random bits.
 * @returns what was revoked
 */
export async function revokeWithMade(tx: Tx, tenant: TenantId | null, id: string): Promise<RevokedApiKey[]> {
  return tx
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(
      and(
        isNull(apiKeys.revokedAt),
        sql`(${apiKeys.tenantId}, ${apiKeys.id}) in (
          with recursive made as (
            select tenant_id, id, prefix from api_keys where tenant_id = ${ownerOf(tenant)} and id = ${id}
            union
            select k.tenant_id, k.id, k.prefix from api_keys k
            join made m on starts_with(k.created_by, 'key:' || m.prefix || ' ') and m.tenant_id in ('', k.tenant_id))
          select tenant_id, id from made)`,
      ),
    )
    .returning({ ...listed, tenantId: apiKeys.tenantId });
}

export interface KnownCaller extends Caller {
  /** `null` for the operator. */
  tenantState: TenantState | null;
}

/** Whose key it is, unless it was revoked. */
export async function findCaller(db: Db, hash: Uint8Array): Promise<KnownCaller | undefined> {
  const [row] = await db
    .select({ key: apiKeys, tenantState: tenants.state })
    .from(apiKeys)
    .leftJoin(tenants, eq(tenants.id, apiKeys.tenantId))
    .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revokedAt)));
  if (!row) return undefined;
  const { id, name, prefix, scope, tenantId } = row.key;
  const tenant = scope === 'operator' ? null : tenantId;
  return { keyId: id, name: `key:${prefix} ${name}`, scope, tenant, tenantState: row.tenantState };
}

/** Dates the last use of a key: now. */
export async function touchApiKey(db: Db, { keyId, tenant }: Caller): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: sql`now()` })
    .where(and(eq(apiKeys.tenantId, ownerOf(tenant)), eq(apiKeys.id, keyId)));
}

/** Which of these are keys that are revoked or gone, or of a suspended tenant, or browsers that are signed out. */
export async function keysWithoutAccess(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .select({ id: apiKeys.id, state: tenants.state })
    .from(apiKeys)
    .leftJoin(tenants, eq(tenants.id, apiKeys.tenantId))
    .where(and(inArray(apiKeys.id, [...ids]), isNull(apiKeys.revokedAt)));
  const browsers = await db
    .select({ id: signedIn.id })
    .from(signedIn)
    .where(inArray(signedIn.id, [...ids]));
  const good = new Set([...rows.filter(({ state }) => state !== 'suspended'), ...browsers].map(({ id }) => id));
  return ids.filter((id) => !good.has(id));
}
