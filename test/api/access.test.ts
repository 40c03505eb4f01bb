import { expect, it } from 'vitest';
import { addCredential, sharedDatabase } from '../support/server.ts';
import { apiWorld } from './world.ts';

const database = sharedDatabase();
const acme = '/v1/tenants/acme';
const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5oTMbDFYvdbCPKbGQsBBHdZ0fcbWYE3I4iHHdJrHbp job@acme';

it('makes a key that works at once, is shown once, and ends when it is revoked', async () => {
  const { ask, keys, audit } = await apiWorld(database());
  const made = await ask<{ id: string; key: string }>(`${acme}/keys`, {
    body: { name: 'ERP', scope: 'read' },
    key: keys.manage,
  });
  expect(made.json).toMatchObject({
    name: 'ERP',
    scope: 'read',
    key: expect.stringMatching(/^arr_[\w-]{43}$/) as string,
  });
  const { key, id } = made.json;
  expect((await ask(acme, { key })).status).toBe(200);
  expect((await ask(acme, { method: 'PATCH', body: {}, key })).status).toBe(403);

  const listed = await ask<{ items: Record<string, unknown>[] }>(`${acme}/keys`, { key: keys.manage });
  expect(listed.text).not.toContain(key);
  expect(listed.json.items.find((each) => each['id'] === id)).toMatchObject({
    lastUsedAt: expect.any(String) as string,
  });
  const stored = await database().sql`select * from api_keys where id = ${id}`;
  expect(JSON.stringify(stored)).not.toContain(key);

  expect((await ask(`${acme}/keys/${id}`, { method: 'DELETE', key: keys.manage })).status).toBe(204);
  expect((await ask(acme, { key })).status).toBe(401);
  expect((await ask(`${acme}/keys/${id}`, { method: 'DELETE', key: keys.manage })).status).toBe(404);
  expect((await audit()).map(({ action }) => action)).toEqual(expect.arrayContaining(['key.create', 'key.revoke']));
});

it('revokes with a leaked key what it has made, over generations, and nothing else; also afterwards', async () => {
  const { ask, keys, otherKey, makeKey, audit } = await apiWorld(database());
  type Made = { id: string; key: string };
  const make = async (key: string, path = acme) =>
    (await ask<Made>(`${path}/keys`, { body: { name: 'made', scope: 'manage' }, key })).json;
  const leaked = await make(keys.manage);
  const child = await make(leaked.key);
  const grandchild = await make(child.key);
  const sibling = await make(keys.manage);
  const works = async (key: string, path = acme) => (await ask(path, { key })).status;
  // Without the word only itself: whoever changes a key for another makes the new one with the old one.
  expect((await ask(`${acme}/keys/${leaked.id}`, { method: 'DELETE', key: keys.manage })).status).toBe(204);
  expect([await works(leaked.key), await works(child.key)]).toEqual([401, 200]);
  const all = `${acme}/keys/${leaked.id}?made=true`;
  expect((await ask(all, { method: 'DELETE', key: otherKey })).status).toBe(404);
  expect((await ask(all, { method: 'DELETE', key: keys.manage })).status).toBe(204);
  expect([await works(child.key), await works(grandchild.key), await works(sibling.key)]).toEqual([401, 401, 200]);
  expect((await ask(all, { method: 'DELETE', key: keys.manage })).status).toBe(404);
  expect((await audit()).filter(({ action }) => action === 'key.revoke').map(({ detail }) => detail['id'])).toEqual(
    expect.arrayContaining([leaked.id, child.id, grandchild.id]),
  );

  // What a key of the operator made is found in every tenant.
  const [root] = (await ask<{ items: { id: string }[] }>('/v1/keys')).json.items;
  const second = await makeKey('operator');
  const ofOther = await make(keys.operator, '/v1/tenants/other');
  expect(await works(ofOther.key, '/v1/tenants/other')).toBe(200);
  const ended = await ask(`/v1/keys/${root?.id ?? ''}?made=true`, { method: 'DELETE', key: second });
  expect([ended.status, await works(ofOther.key, '/v1/tenants/other'), await works(sibling.key)]).toEqual([
    204, 401, 200,
  ]);
});

it('lets a tenant’s key make no key of the operator, nor of another tenant', async () => {
  const { ask, keys, otherKey } = await apiWorld(database());
  expect((await ask('/v1/keys', { body: { name: 'x' }, key: keys.manage })).status).toBe(403);
  expect((await ask(`${acme}/keys`, { body: { name: 'x', scope: 'operator' }, key: keys.manage })).status).toBe(422);
  const { id } = (await ask(`${acme}/keys`, { body: { name: 'x', scope: 'read' } })).json;
  const others = `/v1/tenants/other/keys/${String(id)}`;
  expect((await ask(others, { method: 'DELETE', key: otherKey })).status).toBe(404);
});

it('answers a wrong key more and more slowly, then not at all for a while, and a right one always', async () => {
  const { ask, keys, waited, audit } = await apiWorld(database());
  const wrong = () => ask(acme, { key: `arr_${'a'.repeat(43)}` });
  for (const _ of Array.from({ length: 10 })) expect((await wrong()).json).toMatchObject({ code: 'key_refused' });
  expect(waited).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000]);
  const banned = await wrong();
  expect([banned.status, banned.json['code']]).toEqual([429, 'too_many_attempts']);
  expect(banned.headers.get('retry-after')).not.toBeNull();
  expect((await ask(acme, { key: keys.read })).status).toBe(200);
  expect((await audit()).filter(({ action }) => action === 'sign_in.refused')).toMatchObject([
    { actor: '', detail: { door: 'http', reason: 'key_refused', count: 10 } },
  ]);
});

it('refuses the key of a suspended tenant, not the operator’s', async () => {
  const { ask, keys } = await apiWorld(database());
  expect((await ask(acme, { method: 'PATCH', body: { state: 'suspended' } })).status).toBe(200);
  expect((await ask(acme, { key: keys.read })).json).toMatchObject({ status: 403, code: 'tenant_suspended' });
  expect((await ask(acme)).json).toMatchObject({ state: 'suspended' });
});

it('adds a username with a password that it makes, or that is given, or with keys', async () => {
  const { ask, keys, depot } = await apiWorld(database());
  const add = (body: unknown) => ask(`${acme}/credentials`, { body, key: keys.manage });
  const made = await add({ username: 'job-1' });
  expect(made.json).toMatchObject({ hasPassword: true, password: expect.stringMatching(/^\w{28}$/) as string });
  const given = await add({ username: 'job-2', password: 'a long enough password', protocols: ['sftp'] });
  expect(given.json).toMatchObject({ hasPassword: true, protocols: ['sftp'] });
  expect(given.json).not.toHaveProperty('password');
  expect((await add({ username: 'job-3', publicKeys: [publicKey] })).json).toMatchObject({
    hasPassword: false,
    keys: [{ comment: 'job@acme' }],
  });
  expect((await add({ username: 'job-4', publicKeys: ['nonsense'] })).json).toMatchObject({
    status: 422,
    code: 'public_key_unreadable',
  });
  await addCredential(depot, { tenantId: 'other', username: 'theirs' });
  expect((await add({ username: 'theirs' })).json).toMatchObject({ status: 409, code: 'username_taken' });

  expect((await ask(`${acme}/credentials/job-1`, { method: 'DELETE', key: keys.manage })).status).toBe(204);
  expect((await ask(`${acme}/credentials/job-1`)).json).toMatchObject({ revokedAt: expect.any(String) as string });
  expect((await ask(`${acme}/credentials/theirs`)).status).toBe(404);
});
