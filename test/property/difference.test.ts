import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { openBench } from '../sync/pipeline.ts';
import { applied, CLIENTS, history, stateOf } from './entry-files.ts';

// Every run is some ten syncs.
vi.setConfig({ testTimeout: 300_000 });

it('reads only what differs from the last snapshot, and does exactly what reading all of it does', async () => {
  const bench = await openBench();
  let run = 0;
  let short = 0;
  await fc.assert(
    fc.asyncProperty(history, async ({ header, first, nights }) => {
      const tenants = [`short${++run}`, `whole${run}`] as const;
      for (const tenant of tenants) {
        await bench.tenant(tenant, { guardSettle: 1, guardRows: 0 });
        await bench.send(tenant, 'clients.csv', CLIENTS);
        await bench.advance(tenant);
      }
      let lines = first;
      for (const { edits, cut } of [{ edits: [], cut: false }, ...nights]) {
        lines = applied(lines, edits);
        const content = [header, ...lines, ...(cut ? [] : [''])].join('\r\n');
        for (const tenant of tenants) {
          if (tenant === tenants[1]) await bench.rows(`delete from last_snapshots where tenant_id = '${tenant}'`);
          await bench.send(tenant, 'ecritures.csv', content);
          await bench.advance(tenant);
          if (tenant === tenants[0] && typeof bench.reads.at(-1)?.kept === 'number') short++;
        }
        expect(await stateOf(bench, tenants[0])).toEqual(await stateOf(bench, tenants[1]));
      }
    }),
    { numRuns: 10 },
  );
  expect(short).toBeGreaterThan(3);
});
