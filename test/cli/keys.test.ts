import { expect, it } from 'vitest';
import { findCaller } from '../../src/db/queries/access/api-keys.ts';
import { openDatabase } from '../../src/db/client.ts';
import { hashApiKey } from '../../src/auth/api-key.ts';
import { openCli } from './cli.ts';

it('makes keys of the API that are shown once, lists them, and ends one', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  const operator = await cli.json<{ id: string; key: string }>(['key', 'create', '--scope', 'operator']);
  const args = ['key', 'create', '--scope', 'tenant:acme:sync', '--name', 'ERP'];
  const { id, key } = await cli.json<{ id: string; key: string }>(args);

  const database = openDatabase(cli.env['DATABASE_URL'] ?? '', { max: 1 });
  const callerOf = (of: string) => findCaller(database.db, hashApiKey(of));
  expect(await callerOf(operator.key)).toMatchObject({ scope: 'operator', tenant: null });
  expect(await callerOf(key)).toMatchObject({ scope: 'sync', tenant: 'acme', name: `key:${key.slice(0, 12)} ERP` });

  const listed = await cli.run(['key', 'list', 'acme']);
  expect(listed.stdout).toContain('ERP');
  expect(listed.stdout).not.toContain(key);
  expect((await cli.run(['key', 'revoke', id])).code).toBe(1);
  expect(await cli.json(['key', 'revoke', id, 'acme'])).toEqual({ id, revoked: true });
  expect(await callerOf(key)).toBeUndefined();
  expect((await cli.run(['key', 'revoke', id, 'acme', '--with-made'])).code).toBe(1);
  expect(await cli.json(['key', 'revoke', operator.id, '--with-made'])).toEqual({
    ...{ id: operator.id, revoked: true, keys: [operator.id] },
  });
  await database.close();

  expect((await cli.run(['key', 'create', '--scope', 'tenant:acme:everything'])).code).toBe(2);
  expect((await cli.run(['key', 'create', '--scope', 'tenant:nobody:read'])).code).toBe(1);
});
