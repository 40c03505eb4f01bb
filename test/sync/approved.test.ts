import { beforeEach, expect, test } from 'vitest';
import { setMapping } from '../../src/db/queries/tenants/mappings.ts';
import { approveSync } from '../../src/db/queries/syncs/decisions.ts';
import { findSync } from '../../src/db/queries/syncs/syncs.ts';
import { openBench, type Bench } from './pipeline.ts';

const HEADER = 'Id;Code client;Journal;N° pièce;Date écriture;Montant';
const file = (...ids: number[]) => [HEADER, ...ids.map((id) => `${id};C1;VE;F${id};13/11/2026;10,00`), ''].join('\r\n');

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle' });
  await bench.send('acme', 'clients.csv', 'Code client;Raison sociale\r\nC1;Dupont\r\n');
  await bench.send('acme', 'ecritures.csv', file(1, 2, 3, 4));
  await bench.advance('acme', { hurry: true });
});

async function latest() {
  const [row] = await bench.rows('select max(id)::int as id from syncs');
  const sync = await findSync(bench.database.db, Number(row?.['id']));
  if (!sync) throw new Error('no sync');
  return sync;
}

async function approve() {
  const { id } = await latest();
  expect(await approveSync(bench.database.sql, 'acme', id, 'ann')).toBeUndefined();
  await bench.advance('acme', { hurry: true });
  return latest();
}

const open = async () =>
  (await bench.rows(`select entry_id as id from ecritures where status = 'open' order by 1`)).map(({ id }) => id);

test('what was put aside when a sync was held is still of it when it is approved, and keeps what it may name', async () => {
  await bench.send('acme', 'ecritures-2.csv', 'Code client;N° pièce;Date écriture;Journal\r\nC1;F2;15/11/2026;VE\r\n');
  await bench.send('acme', 'ecritures-1.csv', file(1));
  await bench.advance('acme', { hurry: true });
  expect((await latest()).state).toBe('held');

  const approved = await approve();
  expect(approved).toMatchObject({ state: 'applied', incomplete: true });
  expect(approved.files.map(({ name, quarantine }) => [name, quarantine?.code])).toEqual([
    ['ecritures-2.csv', 'missing_columns'],
    ['ecritures-1.csv', undefined],
  ]);
  expect(await open()).toEqual(['1', '2', '3', '4']);
});

test('an approval speaks for what was shown: read by another mapping, the files are judged anew', async () => {
  await bench.send('acme', 'ecritures.csv', file(1, 2));
  await bench.advance('acme', { hurry: true });
  await setMapping(bench.database.db, 'acme', 'ecritures', { entryTypes: { VE: 'invoice' } });

  expect(await approve()).toMatchObject({ state: 'held', approvedBy: null });
  expect(await open()).toEqual(['1', '2', '3', '4']);
  expect(await approve()).toMatchObject({ state: 'applied', approvedBy: 'ann' });
  expect(await open()).toEqual(['1', '2']);
});
