import { generatePassword, hashPassword } from '../auth/password.ts';
import {
  addCredential as storeCredential,
  listCredentials,
  revokeCredential as endCredential,
  type ListedCredential,
} from '../db/queries/access/credentials.ts';
import { ArrivageError } from '../errors.ts';
import type { UserKey } from '../identity/user-key.ts';
import type { Protocol, TenantId, TlsResumption } from '../model/tenant.ts';
import { audited, type Admin } from './admin.ts';

export interface CredentialRequest {
  username: string;
  /** Without it and without keys one is made. */
  password?: string | undefined;
  keys: UserKey[];
  /** The defaults of the table where they are not named. */
  protocols?: Protocol[] | undefined;
  allowCleartextFtp?: boolean | undefined;
  tlsResumption?: TlsResumption | undefined;
  ipRanges?: string[] | undefined;
}

/** A credential as every front shows it. */
export const credentialView = (credential: ListedCredential) => ({
  username: credential.username,
  protocols: credential.protocols,
  allowCleartextFtp: credential.allowCleartextFtp,
  tlsResumption: credential.tlsResumption,
  ipRanges: credential.ipRanges,
  hasPassword: credential.hasPassword,
  keys: credential.keys,
  createdAt: credential.createdAt.toISOString(),
  revokedAt: credential.revokedAt?.toISOString() ?? null,
  lastUsedAt: credential.lastUsedAt?.toISOString() ?? null,
});

/** A credential of a tenant. @throws no_such_resource */
export async function findCredential(
  { database: { db } }: Pick<Admin, 'database'>,
  tenant: TenantId,
  username: string,
): Promise<ListedCredential> {
  const found = (await listCredentials(db, tenant)).find((each) => each.username === username);
  if (!found) throw new ArrivageError('no_such_resource');
  return found;
}

/**
 * Adds a username that opens sessions for a tenant.
 * @returns the password that was made for it, if one was; it is shown now and never again
 * @throws username_taken, too_many_credentials, too_many_keys
 */
export async function addCredential(
  admin: Admin,
  tenantId: TenantId,
  { username, password, keys, protocols, allowCleartextFtp = false, tlsResumption, ipRanges = [] }: CredentialRequest,
): Promise<string | undefined> {
  const made = password === undefined && keys.length === 0 ? generatePassword() : undefined;
  const secret = password ?? made;
  const passwordHash = secret === undefined ? null : await hashPassword(secret);
  const detail = {
    ...{ tenantId, username },
    ...(protocols && { protocols }),
    allowCleartextFtp,
    ...(tlsResumption && { tlsResumption }),
    ipRanges,
  };
  await admin.database.db.transaction(async (tx) => {
    if ((await storeCredential(tx, { ...detail, passwordHash }, keys)) === undefined)
      throw new ArrivageError('username_taken', { username });
    const fingerprints = keys.map(({ fingerprint }) => fingerprint);
    await audited(admin, tx, tenantId, 'credential.add', { ...detail, keys: fingerprints });
  });
  return made;
}

/** Lets a username open no more sessions. @throws no_such_resource where none of this name is in force */
export async function revokeCredential(admin: Admin, tenant: TenantId, username: string): Promise<void> {
  await admin.database.db.transaction(async (tx) => {
    if (!(await endCredential(tx, tenant, username))) throw new ArrivageError('no_such_resource');
    await audited(admin, tx, tenant, 'credential.revoke', { username });
  });
}
