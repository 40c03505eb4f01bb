import { expect, it } from 'vitest';
import { useLink } from '../../src/admin/people.ts';
import { membershipsOf } from '../../src/db/queries/access/people.ts';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld, type ApiWorld } from './world.ts';

const database = sharedDatabase();
const people = '/v1/tenants/acme/people';
const password = 'correct horse battery';

interface Made {
  id: string;
  email: string;
  role: string;
  hasPassword: boolean;
  link: { path: string; expiresAt: string } | null;
}

const letIn = ({ ask, keys }: ApiWorld, email: string, role: string, key = keys.manage, path = people) =>
  ask<Made & { code: string }>(path, { body: { email, role }, key });

/** Somebody chooses their password by the link. @returns their id */
const choose = (link: Made['link'], email: string) =>
  useLink(database(), link?.path.split('/').at(-1) ?? '', { email, password, language: 'fr' });

const signIn = (person: string) =>
  database().sql`insert into signed_in (hash, person_id, address, browser)
    values (sha256(${crypto.randomUUID()}::bytea), ${person}, '', '')`;
const openOf = async (person: string) =>
  (await database().sql`select 1 from signed_in where person_id = ${person}`).length;

it('lets whoever manages a tenant invite people, each with a link that is shown once and lists what they may do', async () => {
  const world = await apiWorld(database());
  const { ask, keys } = world;
  const made = await letIn(world, 'anna@acme.example', 'sync');
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ email: 'anna@acme.example', role: 'sync', hasPassword: false });
  expect(made.json.link?.path).toMatch(/^\/link\/[\w-]{43}$/);

  const listed = await ask<{ items: Made[] }>(people, { key: keys.manage });
  expect(listed.json.items).toMatchObject([{ email: 'anna@acme.example', role: 'sync', isOperator: false }]);
  expect(listed.text).not.toContain(made.json.link?.path);
  expect(await choose(made.json.link, 'anna@acme.example')).toBe(made.json.id);
  // Whoever has a password gets no link, and another spelling is the same person.
  const again = await letIn(world, 'Anna@ACME.example', 'read');
  expect(again.json).toMatchObject({ id: made.json.id, role: 'read', hasPassword: true, link: null });
  const audit = await world.audit();
  expect(audit.find(({ action }) => action === 'person.set')).toMatchObject({
    ...{ tenant: 'acme', actor: expect.stringMatching(/^key:.* manage$/) as string },
  });
  expect(JSON.stringify(audit)).not.toContain(made.json.link?.path.split('/').at(-1));
});

it('refuses an address that is none, a role that is none, and more than is asked for', async () => {
  const { ask, keys } = await apiWorld(database());
  for (const body of [
    { email: 'anna', role: 'read' },
    { email: 'a@b.example\r\nBcc: c@d.example', role: 'read' },
    { email: 'a@b.example', role: 'operator' },
    { email: 'a@b.example', role: 'read', isOperator: true },
    { email: 'a@b.example' },
  ])
    expect((await ask(people, { body, key: keys.manage })).json).toMatchObject({ status: 422 });
  expect((await ask<{ items: unknown[] }>(people)).json.items).toEqual([]);
});

it('lets nobody below manage see or change people, and nobody but the operator the operators', async () => {
  const world = await apiWorld(database());
  const { ask, keys, otherKey } = world;
  const { json: anna } = await letIn(world, 'anna@acme.example', 'read');
  const ofTenant = [
    [people, 'GET'],
    [people, 'POST'],
    [`${people}/${anna.id}`, 'DELETE'],
  ] as const;
  for (const [path, method] of ofTenant) {
    const body = method === 'POST' ? { body: { email: 'b@acme.example', role: 'read' } } : {};
    for (const key of [keys.read, keys.sync])
      expect((await ask(path, { method, key, ...body })).json).toMatchObject({ code: 'scope_too_small' });
    expect((await ask(path, { method, key: otherKey, ...body })).json).toMatchObject({ status: 404 });
  }
  for (const [path, method] of [
    ['/v1/operators', 'GET'],
    ['/v1/operators', 'POST'],
    [`/v1/operators/${anna.id}`, 'DELETE'],
    [`/v1/people/${anna.id}/password-link`, 'POST'],
  ] as const)
    expect((await ask(path, { method, key: keys.manage })).json).toMatchObject({ code: 'scope_too_small' });
  // Somebody of one tenant is nobody in another.
  const elsewhere = `/v1/tenants/other/people/${anna.id}`;
  expect((await ask(elsewhere, { method: 'DELETE', key: otherKey })).status).toBe(404);
  expect((await ask(elsewhere, { method: 'DELETE' })).status).toBe(404);
  expect((await ask<{ items: Made[] }>(people)).json.items).toHaveLength(1);
});

it('lets the operator only let in whoever reaches something elsewhere, so that no link or password opens two tenants', async () => {
  const world = await apiWorld(database());
  const { keys, otherKey, ask } = world;
  const ours = await letIn(world, 'anna@acme.example', 'manage');
  const other = '/v1/tenants/other/people';
  const refused = await letIn(world, 'anna@acme.example', 'read', otherKey, other);
  expect([refused.status, refused.json.code]).toEqual([409, 'person_elsewhere']);
  expect(await membershipsOf(database().db, ours.json.id)).toEqual([{ tenant: 'acme', role: 'manage' }]);
  const { json: oscar } = await ask<Made>('/v1/operators', { body: { email: 'oscar@arrivage.example' } });
  const ofOperator = await letIn(world, oscar.email, 'read');
  expect([ofOperator.status, ofOperator.json.code]).toEqual([409, 'person_elsewhere']);

  // The operator may, and then the link that acme's manager has seen opens nothing any more.
  const both = await letIn(world, 'anna@acme.example', 'read', keys.operator, other);
  expect(both.json).toMatchObject({ id: ours.json.id, role: 'read', link: { path: expect.any(String) as string } });
  await expect(choose(ours.json.link, 'anna@acme.example')).rejects.toMatchObject({ code: 'link_ended' });
  // Each tenant goes on to say what they may do there, without a link.
  const changed = await letIn(world, 'anna@acme.example', 'sync', otherKey, other);
  expect(changed.json).toMatchObject({ role: 'sync', link: null });
  expect(await choose(both.json.link, 'anna@acme.example')).toBe(ours.json.id);
});

it('keeps the last person who manages a tenant there, but for the operator', async () => {
  const world = await apiWorld(database());
  const { ask, keys } = world;
  const { json: anna } = await letIn(world, 'anna@acme.example', 'manage');
  const remove = (id: string, key = keys.manage) => ask(`${people}/${id}`, { method: 'DELETE', key });
  expect((await remove(anna.id)).json).toMatchObject({ status: 409, code: 'last_manager' });
  expect((await letIn(world, anna.email, 'read')).json).toMatchObject({ status: 409, code: 'last_manager' });
  const { json: bruno } = await letIn(world, 'bruno@acme.example', 'manage');
  // Of two who remove each other at once, one stays.
  const statuses = await Promise.all([remove(anna.id), remove(bruno.id)]).then((both) => both.map((one) => one.status));
  expect(statuses.toSorted()).toEqual([204, 409]);
  const { items } = (await ask<{ items: Made[] }>(people)).json;
  expect(items).toHaveLength(1);
  expect((await remove(items[0]?.id ?? '', keys.operator)).status).toBe(204);
});

it('signs out whoever gets another role or is removed, and forgets whom nobody lets in any more', async () => {
  const world = await apiWorld(database());
  const { ask, keys } = world;
  const { json: anna } = await letIn(world, 'anna@acme.example', 'sync');
  await choose(anna.link, anna.email);
  await signIn(anna.id);
  await letIn(world, anna.email, 'sync');
  expect(await openOf(anna.id)).toBe(1);
  await letIn(world, anna.email, 'read');
  expect(await openOf(anna.id)).toBe(0);
  await signIn(anna.id);
  await letIn(world, anna.email, 'read', keys.operator, '/v1/tenants/other/people');
  expect((await ask(`${people}/${anna.id}`, { method: 'DELETE', key: keys.manage })).status).toBe(204);
  expect(await openOf(anna.id)).toBe(0);
  expect(await membershipsOf(database().db, anna.id)).toEqual([{ tenant: 'other', role: 'read' }]);
  expect((await ask(`${people}/${anna.id}`, { method: 'DELETE', key: keys.manage })).status).toBe(404);
  await ask(`/v1/tenants/other/people/${anna.id}`, { method: 'DELETE' });
  expect(await database().sql`select email from people`).toEqual([]);
});

it('lets an operator make operators and links for new passwords; the last operator stays', async () => {
  const world = await apiWorld(database());
  const { ask } = world;
  const make = (email: string) => ask<Made & { code: string }>('/v1/operators', { body: { email } });
  const { json: oscar } = await make('oscar@arrivage.example');
  expect(oscar.link?.path).toMatch(/^\/link\//);
  expect((await make('oscar@arrivage.example')).json).toMatchObject({ status: 409, code: 'person_exists' });
  await letIn(world, 'anna@acme.example', 'read');
  expect((await make('anna@acme.example')).json).toMatchObject({ status: 409, code: 'person_exists' });
  const remove = (id: string) => ask(`/v1/operators/${id}`, { method: 'DELETE' });
  expect((await remove(oscar.id)).json).toMatchObject({ status: 409, code: 'last_operator' });
  const { json: olga } = await make('olga@arrivage.example');
  expect((await ask<{ items: Made[] }>('/v1/operators')).json.items.map(({ email }) => email)).toEqual([
    ...['olga@arrivage.example', 'oscar@arrivage.example'],
  ]);
  expect((await remove(oscar.id)).status).toBe(204);
  expect((await remove(oscar.id)).status).toBe(404);

  await choose(olga.link, olga.email);
  await signIn(olga.id);
  const reset = await ask<Made['link']>(`/v1/people/${olga.id}/password-link`, { method: 'POST' });
  expect(reset.status).toBe(201);
  expect(await openOf(olga.id)).toBe(1);
  expect(await choose(reset.json, olga.email)).toBe(olga.id);
  expect(await openOf(olga.id)).toBe(0);
  expect((await ask(`/v1/people/${crypto.randomUUID()}/password-link`, { method: 'POST' })).status).toBe(404);
});
