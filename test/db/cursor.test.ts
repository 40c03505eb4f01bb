import { expect, it } from 'vitest';
import { cellBatches } from '../../src/db/cursor.ts';
import { sharedDatabase } from '../support/server.ts';

const database = sharedDatabase();

it('reads every row once, in batches, whatever their number', async () => {
  for (const rows of [0, 1, 2, 3, 4, 7]) {
    const found = await database().sql.begin(async (tx) => {
      const batches: number[][] = [];
      const statement = { text: 'select n from generate_series(1, $1::int) n', values: [rows] };
      for await (const batch of cellBatches(tx, statement, 2)) batches.push(batch.map(([n]) => Number(n)));
      return batches;
    });
    expect(found.flat()).toEqual(Array.from({ length: rows }, (_, i) => i + 1));
    expect(Math.max(0, ...found.map(({ length }) => length))).toBeLessThanOrEqual(2);
  }
});

it('takes lists and texts as values, and can be left in the middle', async () => {
  const left = await database().sql.begin(async (tx) => {
    const text = 'select n, $2::text from generate_series(1, 100) n where n = any($1)';
    for await (const batch of cellBatches(tx, { text, values: [[3, 50, 70], "l'été"] }, 1)) return batch;
    return undefined;
  });
  expect(left).toEqual([[3, "l'été"]]);
});

it.each(['while it waits for rows', 'while it is away'])('says so when the connection is lost %s', async (when) => {
  const { sql } = database();
  const reading = sql.begin(async (tx) => {
    let rows = 0;
    for await (const batch of cellBatches(tx, { text: 'select 1 from generate_series(1, 100000)', values: [] }, 10)) {
      rows += batch.length;
      const [self] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
      const killed = sql`select pg_terminate_backend(${self?.pid ?? 0}::int, 5000)`;
      if (when === 'while it is away') await killed;
      else killed.catch(() => undefined);
    }
    return rows;
  });
  await expect(reading).rejects.toThrow();
  expect(await sql`select 1 as one`).toMatchObject([{ one: 1 }]);
});
