import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished, vi } from 'vitest';
import { isUnavailable, openDatabase, reachable } from '../../src/db/client.ts';
import { tenants } from '../../src/db/schema/tables.ts';
import { testDatabase } from '../support/database.ts';
import { freePort } from '../support/ports.ts';

it('says that the database is unavailable, within a second, when nothing listens', async () => {
  const database = openDatabase(`postgres://a:b@127.0.0.1:${await freePort()}/c`);
  onTestFinished(() => database.close());
  const began = performance.now();
  await expect(reachable(database.sql`select 1`)).rejects.toMatchObject({ code: 'database_unavailable' });
  await expect(reachable(database.db.select().from(tenants))).rejects.toMatchObject({ code: 'database_unavailable' });
  expect(performance.now() - began).toBeLessThan(1000);
});

it('says so too when a query is cut off, and then works again', async () => {
  const { sql: client, url } = await testDatabase({ max: 1 });
  const other = openDatabase(url, { max: 1 });
  onTestFinished(() => other.close());
  const cut = expect(reachable(client`select pg_sleep(20)`)).rejects.toMatchObject({ code: 'database_unavailable' });
  const terminated = async () => {
    const rows = await other.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where query = 'select pg_sleep(20)' and state = 'active' and datname = current_database()`;
    return rows.length > 0;
  };
  await vi.waitUntil(terminated, 5_000);
  await cut;
  // postgres.js may blame the cut on one more query.
  const works = () =>
    client`select 1`.then(
      () => true,
      () => false,
    );
  await vi.waitUntil(works, 2_000);
});

it('keeps the words of a database that answered with a refusal', async () => {
  const { db } = await testDatabase();
  const refusal = await reachable(db.execute(sql`select * from nowhere`)).catch((error: unknown) => error);
  expect(isUnavailable(refusal)).toBe(false);
  expect(String((refusal as Error).cause)).toContain('nowhere');
});

it('ends a control query that takes too long', async () => {
  const { sql: client } = await testDatabase({ statementMs: 100 });
  await expect(client`select pg_sleep(20)`).rejects.toMatchObject({ code: '57014' });
});
