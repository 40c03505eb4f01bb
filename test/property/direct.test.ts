import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { openBench } from '../sync/pipeline.ts';
import { CLIENTS, COLUMNS, history, stateOf } from './entry-files.ts';

// Every run is several syncs.
vi.setConfig({ testTimeout: 300_000 });

/** Lines with doubled quotes are validated after the others of their chunk, but stand first all the same. */
const idTwice = {
  header: `Id;${COLUMNS}` as const,
  first: [
    '1;C9;VE;F3;13/11/2026;01/10/2026;"une ""bonne""";20,00;;10,00;',
    '1;C1;VE;F4;14/11/2026;30/12/2026;Facture;10,00;;0,00;AB',
    '2;C1;VE;F4;14/11/2026;30/12/2026;Facture;10,00;;0,00;AB',
  ],
  nights: [],
};

/** Nothing about these lines is left to find out. */
const plain = {
  header: `Id;${COLUMNS}` as const,
  first: [1, 2, 3, 4].map((id) => `${id};C1;VE;P${id};14/11/2026;30/12/2026;Facture;10,00;;10,00;`),
  nights: [],
};

it('copies the rows of a first import straight into their table, and does exactly what staging all of them does', async () => {
  const bench = await openBench();
  let run = 0;
  let direct = 0;
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async ({ header, first }, together) => {
      const [straight, staged] = [`straight${++run}`, `staged${run}`];
      const content = [header, ...first, ''].join('\r\n');
      for (const tenant of [straight, staged]) {
        await bench.tenant(tenant, { guardSettle: 1, guardRows: 0 });
        // A table with a row, even of one that vanished, is filled by way of staging.
        if (tenant === staged)
          await bench.rows(`
            insert into ecritures (tenant_id, key, client_code, piece_number, entry_type, entry_date, amount, status,
              first_seen, last_changed)
            values ('${tenant}', gen_random_uuid(), 'C1', '', 'misc', '2020-01-01', 0, 'settled_presumed', 0, 0)`);
        // Files that come together are read with the clients first.
        const files = [
          ['ecritures.csv', content],
          ['clients.csv', CLIENTS],
        ] as const;
        for (const [name, text] of together ? files : files.toReversed()) {
          await bench.send(tenant, name, text);
          if (!together) await bench.advance(tenant);
        }
        await bench.advance(tenant);
        if (tenant === straight) direct += bench.reads.at(-1)?.direct ?? 0;
        await bench.rows(`delete from ecritures where tenant_id = '${tenant}' and piece_number = ''`);
      }
      expect(await stateOf(bench, straight)).toEqual(await stateOf(bench, staged));
    }),
    {
      numRuns: 15,
      endOnFailure: true,
      examples: [
        [idTwice, false],
        [plain, false],
      ],
    },
  );
  expect(direct).toBeGreaterThanOrEqual(plain.first.length);
});
