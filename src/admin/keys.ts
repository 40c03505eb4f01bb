import { makeApiKey } from '../auth/api-key.ts';
import {
  addApiKey,
  revokeApiKey,
  revokeWithMade,
  type ListedApiKey,
  type RevokedApiKey,
} from '../db/queries/access/api-keys.ts';
import { ArrivageError } from '../errors.ts';
import type { KeyScope } from '../model/api-key.ts';
import type { TenantId } from '../model/tenant.ts';
import { audited, type Admin } from './admin.ts';

/** A key as every front shows it: without the key itself. */
export const keyView = ({ createdAt, lastUsedAt, revokedAt, ...key }: ListedApiKey) => ({
  ...key,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  revokedAt: revokedAt?.toISOString() ?? null,
});

/**
 * Makes a key, which is shown now and never again.
 * @param tenant null: of the operator
 * @throws too_many_keys
 */
export async function createKey(
  admin: Admin,
  tenant: TenantId | null,
  { name, scope }: { name: string; scope: KeyScope },
): Promise<ReturnType<typeof keyView> & { key: string }> {
  const { key, ...stored } = makeApiKey();
  const row = await admin.database.db.transaction(async (tx) => {
    const added = await addApiKey(tx, tenant, { ...stored, name, scope, createdBy: admin.actor });
    await audited(admin, tx, tenant ?? '', 'key.create', { id: added.id, name, scope, prefix: added.prefix });
    return added;
  });
  return { ...keyView(row), key };
}

/**
 * Ends a key at once.
 * @param withMade also the keys that it has made, and those that they have made; then it may be revoked already
 * @returns what was revoked @throws no_such_resource where nothing was
 */
export async function revokeKey(
  admin: Admin,
  tenant: TenantId | null,
  id: string,
  withMade: boolean,
): Promise<RevokedApiKey[]> {
  return admin.database.db.transaction(async (tx) => {
    const revoked = await (withMade ? revokeWithMade : revokeApiKey)(tx, tenant, id);
    if (revoked.length === 0) throw new ArrivageError('no_such_resource');
    // Each of them may be another tenant's.
    for (const { id: of, tenantId, name, prefix } of revoked)
      await audited(admin, tx, tenantId, 'key.revoke', { id: of, name, prefix });
    return revoked;
  });
}
