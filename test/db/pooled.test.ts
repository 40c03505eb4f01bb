import postgres from 'postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { testDatabase } from '../support/database.ts';
import { hasPgbouncer, startPgbouncer } from '../support/pgbouncer.ts';

describe.skipIf(!hasPgbouncer)('PgBouncer', () => {
  const ways: [string, Record<string, string>][] = [
    ['transaction', {}],
    ['transaction, taking its connections in turn', { server_round_robin: '1', min_pool_size: '3' }],
    ['transaction, with one connection', { default_pool_size: '1' }],
    ['statement', { pool_mode: 'statement' }],
  ];
  it.each(ways)('by %s is refused with the reason, and leaves no lock behind', async (_, settings) => {
    const { url, sql } = await testDatabase();
    const pooled = await startPgbouncer(url, { pool_mode: 'transaction', ...settings });
    await expect(migrateDatabase(pooled)).rejects.toMatchObject({ code: 'database_pooled' });
    expect(
      await sql`select * from pg_locks l join pg_database d on d.oid = l.database
        where locktype = 'advisory' and datname = current_database()`,
    ).toEqual([]);
    await expect(migrateDatabase(url)).resolves.toEqual({ pooled: false });
  });

  it('by transaction is refused beside others who use it', async () => {
    const { url } = await testDatabase();
    const pooled = await startPgbouncer(url, { pool_mode: 'transaction' });
    const others = postgres(pooled, { max: 5, prepare: false, fetch_types: false });
    onTestFinished(() => others.end({ timeout: 1 }));
    let busy = true;
    const traffic = Array.from({ length: 5 }, async () => {
      while (busy) await others`select pg_sleep(0.002)`;
    });
    for (let i = 0; i < 5; i++)
      await expect(migrateDatabase(pooled)).rejects.toMatchObject({ code: 'database_pooled' });
    busy = false;
    await Promise.all(traffic);
  });

  it('by session serves, also where others use it', async () => {
    const { url } = await testDatabase();
    const pooled = await startPgbouncer(url, { pool_mode: 'session' });
    const both = Promise.all([migrateDatabase(pooled), migrateDatabase(pooled)]);
    await expect(both).resolves.toEqual([{ pooled: true }, { pooled: true }]);
  });

  it('with too few connections says so, and waits for none', async () => {
    const { url } = await testDatabase();
    const pooled = await startPgbouncer(url, { pool_mode: 'session', default_pool_size: '2' });
    await expect(migrateDatabase(pooled)).rejects.toThrow(/raise its default_pool_size/);
  });
});
