import { describe, expect, it, onTestFinished } from 'vitest';
import { openLocks } from '../../src/db/locks.ts';
import { until } from '../support/clients.ts';
import { sharedDatabase } from '../support/server.ts';

const database = sharedDatabase();
const node = () => {
  const locks = openLocks(database().url);
  onTestFinished(() => locks.close());
  return locks;
};
const ignore = () => undefined;

describe('a lock between nodes', () => {
  it('is one node’s at a time, and free again once given back', async () => {
    const [one, other] = [node(), node()];
    const giveBack = await one.take('a', ignore);
    expect(giveBack).toBeDefined();
    expect(await one.take('a', ignore)).toBeUndefined();
    expect(await other.take('a', ignore)).toBeUndefined();
    expect(await other.take('b', ignore)).toBeDefined();
    giveBack?.();
    giveBack?.();
    await until('the lock is free', async () => (await other.take('a', ignore)) !== undefined);
  });

  it('ends with the node that has it', async () => {
    const dying = openLocks(database().url);
    await dying.take('a', ignore);
    await dying.close();
    await until('the lock is free', async () => (await node().take('a', ignore)) !== undefined);
  });

  it('is taken again after a lost connection, or its holder is told', async () => {
    let lost = 0;
    const [one, other] = [node(), node()];
    await one.take('a', () => (lost += 1));
    const cut = async () =>
      database().sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'arrivage locks' and datname = current_database()`;
    await cut();
    await until('it is held again', async () => {
      const found = await database().sql`select 1 from pg_locks where locktype = 'advisory' and objsubid = 1
        and database = (select oid from pg_database where datname = current_database())`;
      return found.length === 1;
    });
    expect(await other.take('a', ignore)).toBeUndefined();
    expect(lost).toBe(0);
  });
});
