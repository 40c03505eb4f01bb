import { randomBytes } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { addApiKey, listApiKeys, revokeApiKey } from '../../src/db/queries/access/api-keys.ts';
import { addCredential, listCredentials, revokeCredential } from '../../src/db/queries/access/credentials.ts';
import { currentMappings, setMapping } from '../../src/db/queries/tenants/mappings.ts';
import { createTenant } from '../../src/db/queries/tenants/tenants.ts';
import { sharedDatabase } from '../support/server.ts';

const database = sharedDatabase();
const db = () => database().db;

beforeEach(async () => {
  for (const id of ['acme', 'other']) await createTenant(db(), { id, name: id });
});

const addKey = (tenant: string) =>
  addApiKey(db(), tenant, { name: 'k', scope: 'read', prefix: 'arv', hash: randomBytes(32), createdBy: 'ann' });
const login = (username: string, tenantId = 'acme') => ({
  ...{ tenantId, username, passwordHash: 'hash', allowCleartextFtp: false, ipRanges: [] },
});
const sshKey = (n: number) => ({ fingerprint: `SHA256:${n}`, publicKey: Buffer.from([n]), comment: '' });

it('bounds the keys of a tenant, also where they are made at once, and takes another for each that is revoked', async () => {
  const made = [];
  for (let i = 0; i < 48; i++) made.push(await addKey('acme'));
  const last = await Promise.allSettled([1, 2, 3, 4].map(() => addKey('acme')));
  expect(last.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(last.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'too_many_keys', params: { limit: 50 } },
  });
  await addKey('other');
  await revokeApiKey(db(), 'acme', made[0]?.id ?? '');
  await addKey('acme');
});

it('forgets the keys that were revoked longest ago, and none in force', async () => {
  const kept = await addKey('acme');
  for (let i = 0; i < 103; i++) await revokeApiKey(db(), 'acme', (await addKey('acme')).id);
  await addKey('acme');
  const stored = await database().sql<{ id: string; revoked: boolean }[]>`
    select id, revoked_at is not null as revoked from api_keys where tenant_id = 'acme'`;
  expect(stored.filter(({ revoked }) => revoked)).toHaveLength(100);
  expect(stored.filter(({ revoked }) => !revoked)).toHaveLength(2);
  expect((await listApiKeys(db(), 'acme')).map(({ id }) => id)).toContain(kept.id);
});

it('bounds the credentials of a tenant and the public keys of one, and forgets old ones', async () => {
  const add = (username: string) => addCredential(db(), login(username), []);
  for (let i = 0; i < 100; i++) await add(`acme-${i}`);
  await expect(add('acme-100')).rejects.toMatchObject({ code: 'too_many_credentials', params: { limit: 100 } });
  expect(await addCredential(db(), login('other-1', 'other'), [])).toBeDefined();
  const many = Array.from({ length: 21 }, (_, n) => sshKey(n));
  await expect(addCredential(db(), login('other-2', 'other'), many)).rejects.toMatchObject({
    ...{ code: 'too_many_keys', params: { limit: 20 } },
  });
  for (let i = 0; i < 103; i++) {
    await revokeCredential(db(), 'acme', i === 0 ? 'acme-0' : `more-${i - 1}`);
    await add(`more-${i}`);
  }
  const [count] = await database().sql<{ revoked: number; all: number }[]>`
    select count(*) filter (where revoked_at is not null)::int as revoked, count(*)::int as all
    from credentials where tenant_id = 'acme'`;
  expect(count).toEqual({ revoked: 100, all: 200 });
  expect(await listCredentials(db(), 'other')).toHaveLength(1);
});

it('keeps a hundred versions of a mapping, the one in force among them, and those of other datasets', async () => {
  await setMapping(db(), 'acme', 'contacts', { mode: 'delta' });
  for (let i = 0; i < 103; i++) await setMapping(db(), 'acme', 'clients', { mode: 'snapshot' });
  const kept = await database().sql<{ dataset: string; count: number; first: number; last: number }[]>`
    select dataset, count(*)::int as count, min(version)::int as first, max(version)::int as last
    from mappings group by dataset order by dataset`;
  expect(kept).toEqual([
    { dataset: 'clients', count: 100, first: 4, last: 103 },
    { dataset: 'contacts', count: 1, first: 1, last: 1 },
  ]);
  expect((await currentMappings(db(), 'acme')).map(({ version }) => version).sort()).toEqual([1, 103]);
});
