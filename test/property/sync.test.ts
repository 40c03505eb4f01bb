import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { openBench } from '../sync/pipeline.ts';

// Every run is a whole sync.
vi.setConfig({ testTimeout: 120_000 });

const HEADER = 'Code client;Journal;N° pièce;Date écriture;Libellé;Débit;Crédit';
const CLIENTS = 'Code client;Raison sociale\r\nC1;Dupont\r\nC2;Ménard\r\n';

/** Lines of every fate: good, repeated, of one key, of a client unknown, defective, blank. */
const line = fc
  .record({
    client: fc.constantFrom('C1', 'C1', 'C2', 'C9', ''),
    piece: fc.constantFrom('F1', 'F2', 'F3', ''),
    date: fc.constantFrom('01/11/2026', '02/11/2026', '31/02/2026', 'demain'),
    label: fc.constantFrom('Facture', '"Facture; deux"', 'une;de trop', ''),
    debit: fc.constantFrom('10,00', '1 234,56', '12', 'dix', ''),
    credit: fc.constantFrom('', '', '5,00'),
  })
  .map(({ client, piece, date, label, debit, credit }) => [client, 'VE', piece, date, label, debit, credit].join(';'));
const file = fc
  .array(fc.oneof({ weight: 8, arbitrary: line }, fc.constantFrom('', ';;;;;;', HEADER)), { maxLength: 15 })
  .map((lines) => [HEADER, ...lines, ''].join('\r\n'));

it('accounts for every record of any file, and finds nothing to do in the same rows sent again', async () => {
  const bench = await openBench();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(file, async (content) => {
      const tenant = `t${++run}`;
      await bench.tenant(tenant, { guardSettle: 1, guardRows: 0 });
      await bench.send(tenant, 'clients.csv', CLIENTS);
      await bench.advance(tenant);
      const rows = () => bench.rows(`select * from ecritures where tenant_id = '${tenant}' order by key`);
      const send = async (text: string) => {
        await bench.send(tenant, 'ecritures.csv', text);
        await bench.advance(tenant);
        const [counts] = await bench.rows(`
          select f.*, s.state from syncs s left join sync_files f using (tenant_id)
          where s.tenant_id = '${tenant}' and f.sync_id = s.id order by s.id desc limit 1`);
        return counts as Record<string, number>;
      };

      const first = await send(content);
      const sum = (counts: Record<string, number>) =>
        ['inserted', 'updated', 'unchanged', 'rejected', 'skipped', 'duplicate'].reduce(
          (total, name) => total + (counts[name] ?? NaN),
          0,
        );
      expect(sum(first)).toBe(first['read']);
      const before = await rows();
      expect(before).toHaveLength(first['inserted'] ?? NaN);

      const again = await send(`${content}\r\n`);
      expect(sum(again)).toBe(again['read']);
      expect(again).toMatchObject({ inserted: 0, updated: 0, settled: 0, reopened: 0, unchanged: before.length });
      expect(again['rejected']).toBe(first['rejected']);
      expect(await rows()).toEqual(before);
      expect(await bench.rows(`select 1 from changes where tenant_id = '${tenant}'`)).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
