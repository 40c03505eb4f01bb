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
const cutAll = async () =>
  database().sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'arrivage locks' and datname = current_database()`;

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
    const holders = async () =>
      (
        await database().sql`select pid from pg_locks where locktype = 'advisory' and objsubid = 1
          and database = (select oid from pg_database where datname = current_database())`
      ).map(({ pid }) => pid as number);
    const [before] = await holders();
    await cutAll();
    await until('it is held by another connection', async () => {
      const [now, ...more] = await holders();
      return now !== undefined && now !== before && more.length === 0;
    });
    expect(await other.take('a', ignore)).toBeUndefined();
    expect(lost).toBe(0);
  });

  it('taken while the connection goes is free once it is given back', async () => {
    const [one, other] = [node(), node()];
    for (let round = 0; round < 5; round++) {
      const names = Array.from({ length: 40 }, (_, i) => `lock ${round} ${i}`);
      const taking = names.map((name) => one.take(name, ignore).catch(() => undefined));
      await cutAll();
      for (const giveBack of await Promise.all(taking)) giveBack?.();
      for (const name of names)
        await until(`${name} is free`, async () => {
          const giveBack = await other.take(name, ignore).catch(() => undefined);
          giveBack?.();
          return giveBack !== undefined;
        });
    }
  });
});
