import { expect, it } from 'vitest';
import { asNew, testDatabase } from '../support/database.ts';

it('a database that a test gives back is as a new one for the next', async () => {
  const { sql } = await testDatabase();
  const filled = async () => {
    await sql`insert into tenants (id, name) values ('acme', 'Acme')`;
    await sql`insert into audit (tenant_id, actor, action, detail) values ('acme', 'test', 'test', '{}')`;
    await sql`select graphile_worker.add_job('a task')`;
    return sql`select id from audit`;
  };
  const first = await filled();
  expect(await asNew(sql)).toBe(true);
  expect(await filled()).toEqual(first);
});

it.each([
  'alter table tenants add column more text',
  'drop index audit_at',
  'alter table audit set (fillfactor = 50)',
  'create function stop() returns int language sql as $$ select 1 $$',
  'create table more (id int)',
  'delete from drizzle.__drizzle_migrations',
  'drop schema drizzle cascade',
  'drop schema graphile_worker cascade',
  `do $$ begin execute format('alter database %I set work_mem = ''8MB''', current_database()); end $$`,
])('one that is no longer what was migrated is lent to nobody: %s', async (change) => {
  const { sql } = await testDatabase();
  await sql.unsafe(change);
  expect(await asNew(sql)).toBe(false);
});
