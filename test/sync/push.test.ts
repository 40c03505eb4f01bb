import { expect, it } from 'vitest';
import { openBench } from './pipeline.ts';

const clients = 'Code client;Raison sociale;Délai\r\nC1;Dupont;30\r\nC2;Müller;45\r\n';
const ecritures = [
  'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit',
  'C1;VE;F1;01/11/2026;01/12/2026;Facture 1;1 234,56;',
  'C2;VE;F2;02/11/2026;;Facture 2;10,00;',
  'C1;BQ;R1;03/11/2026;;Règlement;;234,56',
  'C9;VE;F3;02/11/2026;;Client inconnu;10,00;',
  'C1;VE;F4;31/02/2026;;Date impossible;10,00;',
].join('\r\n');

it('imports clients and écritures, and accounts for every line', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'clients.csv', clients);
  await bench.send('acme', 'ecritures.csv', ecritures);
  await bench.advance('acme');

  expect(await bench.rows('select client_code, name, payment_term_days from clients order by 1')).toEqual([
    { client_code: 'C1', name: 'Dupont', payment_term_days: 30 },
    { client_code: 'C2', name: 'Müller', payment_term_days: 45 },
  ]);
  expect(
    await bench.rows('select piece_number, amount, due_date::text, entry_type from ecritures order by piece_number'),
  ).toEqual([
    { piece_number: 'F1', amount: '1234.56', due_date: '2026-12-01', entry_type: 'invoice' },
    { piece_number: 'F2', amount: '10.00', due_date: '2026-12-17', entry_type: 'invoice' },
    { piece_number: 'R1', amount: '-234.56', due_date: null, entry_type: 'payment' },
  ]);
  expect(await bench.rows('select line, code, raw from rejections order by line')).toEqual([
    { line: 5, code: 'unknown_client', raw: 'C9;VE;F3;02/11/2026;;Client inconnu;10,00;' },
    { line: 6, code: 'invalid_date', raw: 'C1;VE;F4;31/02/2026;;Date impossible;10,00;' },
  ]);
  expect(await bench.rows('select state, incomplete from syncs order by id')).toEqual([
    { state: 'applied', incomplete: false },
    { state: 'applied', incomplete: false },
  ]);
  expect(await bench.rows('select dataset, read, inserted, rejected from sync_files order by sync_id')).toEqual([
    { dataset: 'clients', read: 2, inserted: 2, rejected: 0 },
    { dataset: 'ecritures', read: 5, inserted: 3, rejected: 2 },
  ]);
  const reports = await bench.reports('acme');
  expect(reports.map(({ name }) => name)).toEqual([
    'clients.csv.20261124T120000Z.report.txt',
    'ecritures.csv.20261124T120000Z.rejections.csv',
    'ecritures.csv.20261124T120000Z.report.txt',
  ]);
  expect(reports[1]?.text).toContain('C9;VE;F3;02/11/2026;;Client inconnu;10,00;');
});

it('keys entries in the order of their piece numbers, so that the index grows at its end', async () => {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'clients.csv', clients);
  const lines = Array.from(
    { length: 300 },
    (_, i) => `C${(i % 2) + 1};VE;FA${String(i).padStart(8, '0')};01/11/2026;;x;1,00;`,
  );
  await bench.send('acme', 'ecritures.csv', [ecritures.slice(0, ecritures.indexOf('\r\n')), ...lines].join('\r\n'));
  await bench.advance('acme');
  const sorted = await bench.rows('select piece_number from ecritures order by key');
  expect(sorted.map((row) => row['piece_number'])).toEqual(lines.map((line) => line.split(';')[2]));
});
