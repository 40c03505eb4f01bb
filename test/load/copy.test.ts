import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isUnavailable, type Database } from '../../src/db/client.ts';
import { openCopy } from '../../src/load/copy.ts';
import type { Tx } from '../../src/load/query.ts';
import { testDatabase } from '../support/database.ts';

/** Fails where a promise takes longer than a second. */
async function withinASecond<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('not settled within a second')), 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** A pool of one, so that a connection that does not come back is noticed. */
async function poolOfOne(statementMs = 0): Promise<Database> {
  const database = await testDatabase({ max: 1, statementMs });
  await database.sql`create table landing (n integer check (n <> 13), t text)`;
  return database;
}

const comesBack = ({ sql }: Database) =>
  withinASecond(sql`select count(*)::int as n from landing`.then(([row]) => row?.['n'] as unknown));
const lines = (...numbers: unknown[]) => Buffer.from(numbers.map((n) => `${String(n)}\ttext\n`).join(''));
const copyInto = (database: Database, work: (tx: Tx) => Promise<unknown>) => database.sql.begin((tx) => work(tx));

test('this version of postgres.js is the one whose COPY was examined', () => {
  const path = fileURLToPath(new URL('../../node_modules/postgres/package.json', import.meta.url));
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: '3.4.9' });
});

test('rows arrive, and are counted', async () => {
  const database = await poolOfOne();
  await copyInto(database, async (tx) => {
    const copy = await openCopy(tx, 'landing', ['n', 't']);
    await copy.write(lines(1, 2));
    await copy.write(lines(3));
    expect(await copy.end()).toBe(3);
    const second = await openCopy(tx, 'landing', ['n', 't']);
    expect(await second.end()).toBe(0);
  });
  expect(await comesBack(database)).toBe(3);
});

test('a bad row that the server sees only at the end is reported, and the connection comes back', async () => {
  const database = await poolOfOne();
  const refused = copyInto(database, async (tx) => {
    const copy = await openCopy(tx, 'landing', ['n', 't']);
    await copy.write(lines('twelve'));
    await withinASecond(copy.end());
  });
  await expect(refused).rejects.toMatchObject({ code: '22P02' });
  expect(await comesBack(database)).toBe(0);
});

test('a refusal in the middle stops the writer', async () => {
  const database = await poolOfOne();
  let written = 0;
  const refused = copyInto(database, async (tx) => {
    const copy = await openCopy(tx, 'landing', ['n', 't']);
    await copy.write(lines(13));
    const block = lines(...Array.from({ length: 20_000 }, (_, i) => i + 100));
    for (; written < 5000; written++) await withinASecond(copy.write(block));
  });
  await expect(refused).rejects.toMatchObject({ code: '23514' });
  expect(written).toBeLessThan(5000);
  expect(await comesBack(database)).toBe(0);
});

test('a table that does not exist is refused before the first row', async () => {
  const database = await poolOfOne();
  const refused = copyInto(database, (tx) => withinASecond(openCopy(tx, 'nowhere', ['n'])));
  await expect(refused).rejects.toMatchObject({ code: '42P01' });
  expect(await comesBack(database)).toBe(0);
});

test('a statement that takes too long ends the COPY', async () => {
  const database = await poolOfOne(200);
  const refused = copyInto(database, async (tx) => {
    const copy = await openCopy(tx, 'landing', ['n', 't']);
    const block = lines(...Array.from({ length: 20_000 }, (_, i) => i + 100));
    for (let i = 0; i < 5000; i++) await withinASecond(copy.write(block));
  });
  await expect(refused).rejects.toMatchObject({ code: '57014' });
  expect(await comesBack(database)).toBe(0);
});

test('a connection that dies while rows are written, or after the last one, is reported', async () => {
  const database = await poolOfOne();
  for (const when of ['between writes', 'at the end']) {
    const cut = copyInto(database, async (tx) => {
      const [backend] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
      const copy = await openCopy(tx, 'landing', ['n', 't']);
      await copy.write(lines(1));
      process.kill(backend?.pid ?? 0, 'SIGTERM');
      if (when === 'at the end') return withinASecond(copy.end());
      for (;;) await withinASecond(copy.write(lines(2)));
    });
    await expect(cut, when).rejects.toSatisfy(isUnavailable);
    // The first query after a loss may still be refused for it.
    expect(await comesBack(database).catch(() => comesBack(database)), when).toBe(0);
  }
});

test('an abort leaves nothing, and the connection comes back', async () => {
  const database = await poolOfOne();
  const aborted = copyInto(database, async (tx) => {
    const copy = await openCopy(tx, 'landing', ['n', 't']);
    await copy.write(lines(1));
    await withinASecond(copy.abort('the file ended inside a record'));
    throw new Error('truncated');
  });
  await expect(aborted).rejects.toThrow('truncated');
  expect(await comesBack(database)).toBe(0);
});

test('after an abort, a savepoint taken before it can be gone back to', async () => {
  const database = await poolOfOne();
  await copyInto(database, async (tx) => {
    await tx`insert into landing values (1)`;
    await tx`savepoint before`;
    const copy = await openCopy(tx, 'landing', ['n', 't']);
    await copy.write(lines(2));
    await copy.abort('never mind');
    await tx`rollback to savepoint before`;
  });
  expect(await comesBack(database)).toBe(1);
});
