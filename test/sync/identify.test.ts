import { expect, it } from 'vitest';
import { setMapping } from '../../src/db/queries/tenants/mappings.ts';
import { renameViewRow } from '../../src/db/queries/uploads/view-files.ts';
import { openBench } from './pipeline.ts';

const clients = 'Code client;Raison sociale\r\nC1;Dupont\r\n';
const entries =
  'Code client;Journal;N° pièce;Date écriture;Libellé;Débit;Crédit\r\nC1;VE;F1;01/11/2026;Facture;10,00;\r\n';

async function withWaiting() {
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle', expected: ['clients', 'ecritures'], settleSeconds: 60 });
  await bench.send('acme', 'clients.csv', clients);
  await bench.advance('acme');
  return bench;
}

it('a file that waits for others is looked at once, whoever comes by and however often', async () => {
  const bench = await withWaiting();
  await bench.advance('acme');
  bench.restart();
  await bench.send('acme', 'bruit.csv', 'a;b\r\n1;2\r\n');
  await bench.advance('acme');
  bench.restart();
  await bench.send('acme', 'ecritures.csv', entries);
  await bench.advance('acme');
  expect(bench.asked).toEqual(['clients.csv', 'bruit.csv', 'ecritures.csv']);
  expect(await bench.rows('select path, state from uploads order by arrival')).toEqual([
    { path: '/clients.csv', state: 'gathered' },
    { path: '/bruit.csv', state: 'unrecognised' },
    { path: '/ecritures.csv', state: 'gathered' },
  ]);
  expect(await bench.rows("select count(*)::int from ecritures where tenant_id = 'acme'")).toEqual([{ count: 1 }]);
});

it('and once more where it is called otherwise since, or the tenant says otherwise what files hold', async () => {
  const bench = await withWaiting();
  await renameViewRow(bench.database.sql, 'acme', '/clients.csv', '/tiers.csv', true);
  await bench.advance('acme');
  expect(bench.asked).toEqual(['clients.csv', 'tiers.csv']);
  await setMapping(bench.database.db, 'acme', 'ecritures', { files: ['t*.csv'] });
  await bench.send('acme', 'autres.csv', clients);
  await bench.advance('acme');
  expect(bench.asked).toEqual(['clients.csv', 'tiers.csv', 'tiers.csv', 'autres.csv']);
});
