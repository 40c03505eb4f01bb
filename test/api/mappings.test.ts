import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld } from './world.ts';

const database = sharedDatabase();
const mappings = '/v1/tenants/acme/mappings';
const sample = [
  'N° pièce;Code client;Date;Montant;Divers',
  'F1;C1;15/01/2026;1 200,50;x',
  'F2;C2;16/01/2026;-3,00;y',
  'F3;C2;32/01/2026;3,00;z',
].join('\r\n');

it('tells the first strange columns of a body that holds many thousands', async () => {
  const { ask, keys } = await apiWorld(database());
  const columns = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`c${i}`, 'x']));
  const refused = await ask<{ errors: object[] }>('/v1/tenants/acme/mappings/clients', {
    ...{ method: 'PUT', body: { columns }, key: keys.manage },
  });
  expect([refused.status, refused.json.errors.length]).toEqual([422, 20]);
  expect(refused.text.length).toBeLessThan(50_000);
});

it('puts a mapping in force, as a new version each time, for whoever read the one before', async () => {
  const { ask, keys, audit } = await apiWorld(database());
  const unset = await ask(`${mappings}/clients`, { key: keys.read });
  expect(unset.json).toEqual({ dataset: 'clients', version: 0 });

  const put = (body: unknown, headers = {}) =>
    ask(`${mappings}/clients`, { method: 'PUT', body, headers, key: keys.manage });
  const etag = unset.headers.get('etag') ?? '';
  const first = await put({ columns: { client_code: 'Numéro' }, mode: 'snapshot' }, { 'if-match': etag });
  expect(first.json).toEqual({ dataset: 'clients', version: 1, mode: 'snapshot', columns: { client_code: 'Numéro' } });
  expect((await put({}, { 'if-match': etag })).json).toMatchObject({ status: 412, code: 'precondition_failed' });

  const same = first.headers.get('etag') ?? '';
  const again = await ask(`${mappings}/clients`, { headers: { 'if-none-match': same } });
  expect([again.status, again.text]).toEqual([304, '']);
  expect((await put({ columns: { colour: 'x' } })).json).toMatchObject({
    status: 422,
    errors: [{ in: 'json', field: 'columns.colour' }],
  });
  expect((await ask(mappings)).json).toEqual({ items: [first.json] });
  expect(await audit()).toContainEqual(
    expect.objectContaining({ tenant: 'acme', action: 'mapping.set', detail: { dataset: 'clients', version: 1 } }),
  );
});

it('of two who change the same version at once one is told to read again', async () => {
  const { ask } = await apiWorld(database());
  const etag = (await ask(`${mappings}/clients`)).headers.get('etag') ?? '';
  const put = (mode: string) =>
    ask(`${mappings}/clients`, { method: 'PUT', body: { mode }, headers: { 'if-match': etag } });
  const answers = await Promise.all([put('delta'), put('snapshot'), put('delta'), put('snapshot')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
});

it('proposes a mapping from a sample, with its first rows and what would be refused', async () => {
  const { ask, keys } = await apiWorld(database());
  const proposal = await ask(`${mappings}/infer`, {
    body: sample,
    headers: { 'content-type': 'text/csv', 'accept-language': 'en' },
    key: keys.manage,
  });
  expect(proposal.json).toMatchObject({
    dataset: 'ecritures',
    mapping: { columns: { piece_number: 'N° pièce', client_code: 'Code client', amount: 'Montant' }, dateOrder: 'dmy' },
    unknown: ['Divers'],
    preview: [
      { piece_number: 'F1', entry_date: '2026-01-15', amount: '1200.50' },
      { piece_number: 'F2', amount: '-3.00' },
    ],
    rejections: [{ line: 4, column: 'entry_date', value: '32/01/2026' }],
    format: { kind: 'csv', delimiter: ';' },
  });
  const stored = await ask(`${mappings}/ecritures`, { method: 'PUT', body: proposal.json['mapping'] });
  expect(stored.status).toBe(200);
});

it('refuses a sample that is none, or larger than a sample', async () => {
  const { ask } = await apiWorld(database());
  const infer = (body: unknown) => ask(`${mappings}/infer`, { body, headers: { 'content-type': 'text/csv' } });
  expect((await infer('')).json).toMatchObject({ status: 422, code: 'empty_file' });
  const html = await readFile(new URL('../fixtures/parse/html.xls', import.meta.url));
  expect((await infer(html)).json).toMatchObject({ status: 422, code: 'html_file' });
  expect((await infer('x'.repeat(9 << 20))).json).toMatchObject({ status: 413, code: 'body_too_large' });
});
