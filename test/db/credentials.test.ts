import { describe, expect, it } from 'vitest';
import {
  addCredential,
  listCredentials,
  revokeCredential,
  type NewCredential,
} from '../../src/db/queries/access/credentials.ts';
import { listEndpoints, setEndpoint } from '../../src/db/queries/tenants/endpoints.ts';
import { findSignIn } from '../../src/db/queries/access/sign-in.ts';
import { createTenant } from '../../src/db/queries/tenants/tenants.ts';
import { testDatabase } from '../support/database.ts';

const login = (change: Partial<NewCredential> = {}): NewCredential => ({
  tenantId: 'acme',
  username: 'acme-export',
  passwordHash: 'hash',
  allowCleartextFtp: false,
  ipRanges: [],
  ...change,
});
const key = { fingerprint: 'SHA256:abc', publicKey: Uint8Array.of(1, 2, 3), comment: 'laptop' };

async function twoTenants() {
  const database = await testDatabase();
  for (const id of ['acme', 'other']) await createTenant(database.db, { id, name: id });
  return database;
}

describe('a credential', () => {
  it('signs in with what it was given, and is listed without its secrets', async () => {
    const database = await twoTenants();
    await addCredential(database.db, login({ protocols: ['sftp'], ipRanges: ['192.0.2.0/24'] }), [key]);
    const found = await findSignIn(database, 'acme-export');
    expect(found?.passwordHash).toBe('hash');
    expect(found?.publicKeys.map((bytes) => [...bytes])).toEqual([[1, 2, 3]]);
    const [listed] = await listCredentials(database.db, 'acme');
    expect(listed).toMatchObject({
      username: 'acme-export',
      protocols: ['sftp'],
      ipRanges: ['192.0.2.0/24'],
      hasPassword: true,
      keys: [{ fingerprint: 'SHA256:abc', comment: 'laptop' }],
    });
    expect(JSON.stringify(listed)).not.toContain('"hash"');
    expect(await listCredentials(database.db, 'other')).toEqual([]);
  });

  it('keeps its name from everybody else', async () => {
    const { db } = await twoTenants();
    expect(await addCredential(db, login(), [])).toBeDefined();
    expect(await addCredential(db, login(), [])).toBeUndefined();
    expect(await addCredential(db, login({ tenantId: 'other' }), [])).toBeUndefined();
  });

  it('is of no use once it is revoked, but its tenant may give the name again', async () => {
    const database = await twoTenants();
    const { db } = database;
    await addCredential(db, login(), [key]);
    expect(await revokeCredential(db, 'other', 'acme-export')).toBe(false);
    expect(await revokeCredential(db, 'acme', 'acme-export')).toBe(true);
    expect(await revokeCredential(db, 'acme', 'acme-export')).toBe(false);
    expect(await findSignIn(database, 'acme-export')).toBeUndefined();
    expect((await listCredentials(db, 'acme'))[0]).toMatchObject({ hasPassword: false, keys: [] });

    expect(await addCredential(db, login({ tenantId: 'other' }), [])).toBeUndefined();
    expect(await addCredential(db, login({ passwordHash: 'new' }), [])).toBeDefined();
    const found = await findSignIn(database, 'acme-export');
    expect([found?.passwordHash, found?.publicKeys]).toEqual(['new', []]);
  });
});

it('gives a tenant one port of its own for each protocol, which no other tenant can take', async () => {
  const { db } = await twoTenants();
  await setEndpoint(db, 'acme', 'sftp', 2200);
  await setEndpoint(db, 'acme', 'sftp', 2201);
  await setEndpoint(db, 'acme', 'ftp', 2300);
  await expect(setEndpoint(db, 'other', 'sftp', 2201)).rejects.toThrow();
  expect((await listEndpoints(db)).map(({ protocol, port }) => [protocol, port])).toEqual([
    ['sftp', 2201],
    ['ftp', 2300],
  ]);
  await setEndpoint(db, 'acme', 'sftp', 'off');
  expect(await listEndpoints(db, 'acme')).toHaveLength(1);
  expect(await listEndpoints(db, 'other')).toEqual([]);
});
