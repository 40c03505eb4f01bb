import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isUnavailable, type Sql } from '../../src/db/client.ts';
import { testDatabase } from '../support/database.ts';

const killOwn = async (tx: Sql | Parameters<Parameters<Sql['begin']>[1]>[0]) => {
  const [backend] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
  process.kill(backend?.pid ?? 0, 'SIGTERM');
};

/** The first query after a loss may still be refused for it. */
async function answers(sql: Sql): Promise<unknown> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await Promise.race([
        sql.begin(async (tx) => (await tx`select 1 as n`)[0]?.['n'] as unknown),
        pause(2000, 'nothing within two seconds', { ref: false }),
      ]);
    } catch (error) {
      if (attempt > 0 || !isUnavailable(error)) throw error;
    }
  }
}

test('a connection that dies inside a transaction is replaced, time after time', async () => {
  const { sql } = await testDatabase({ max: 1 });
  for (let round = 0; round < 3; round++) {
    const died = sql.begin(async (tx) => {
      await killOwn(tx);
      await tx`select pg_sleep(1)`;
    });
    await expect(died).rejects.toSatisfy(isUnavailable);
    expect(await answers(sql)).toBe(1);
  }
});

test('what a transaction’s body still sends after its connection died reaches nobody', async () => {
  const { sql } = await testDatabase({ max: 1 });
  await sql`create table writes (n integer)`;
  let goOn: () => void = () => undefined;
  const wait = new Promise<void>((resolve) => (goOn = resolve));
  const died = sql.begin(async (tx) => {
    await tx`insert into writes values (1)`;
    await killOwn(tx);
    await wait;
    await tx`insert into writes values (2)`;
  });
  await expect(died).rejects.toSatisfy(isUnavailable);
  expect(await answers(sql)).toBe(1);
  goOn();
  // The body runs on as soon as it is let; a query of ours then goes round to the server and back.
  expect(await sql`select n from writes`).toEqual([]);
  expect(await sql`select n from writes`).toEqual([]);
});

test('a refusal inside a transaction rolls it back, and is thrown', async () => {
  const { sql } = await testDatabase({ max: 1 });
  await sql`create table writes (n integer check (n <> 13))`;
  const refused = sql.begin('isolation level serializable', async (tx) => {
    await tx`insert into writes values (1)`;
    await tx`insert into writes values (13)`;
  });
  await expect(refused).rejects.toMatchObject({ code: '23514' });
  expect(await sql`select n from writes`).toEqual([]);
});
