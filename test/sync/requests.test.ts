import { expect, it } from 'vitest';
import { requestSlot, requestSync, type SyncRequest } from '../../src/db/queries/syncs/requests.ts';
import { findTenant } from '../../src/db/queries/tenants/tenants.ts';
import { openBench, type Bench } from './pipeline.ts';

const oneClient = 'Code client;Raison sociale\r\nC1;Dupont\r\n';
const header = 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit';
const entries = (...pieces: number[]) =>
  [header, ...pieces.map((piece) => `C1;VE;F${piece};01/11/2026;01/12/2026;Facture;10,00;`), ''].join('\r\n');

const ask = (bench: Bench, request: SyncRequest = {}, tenant = 'acme') =>
  requestSync(bench.database, { id: tenant }, request, 'ann');
const syncs = (bench: Bench) =>
  bench.rows('select state, cause, incomplete, missing, requested_by from syncs order by id');
const uploads = (bench: Bench) =>
  bench.rows('select path, state, sync_id::int as sync from uploads order by received_at, path');
const count = async (bench: Bench, table: string) =>
  (await bench.rows(`select count(*)::int as n from ${table}`))[0]?.['n'];

/** A tenant whose uploads wait: its trigger is far from due. */
async function waitingBench(settings = {}): Promise<Bench> {
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle', settleSeconds: 3600, settleMaxSeconds: 3600, ...settings });
  return bench;
}

it('takes what waits, at once, and says what is missing', async () => {
  const bench = await waitingBench();
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.advance('acme');
  expect(await syncs(bench)).toEqual([]);
  expect(await ask(bench)).toEqual({ syncId: 1, created: true });
  await bench.advance('acme');
  expect(await syncs(bench)).toEqual([
    { state: 'applied', cause: 'request', incomplete: true, missing: ['ecritures'], requested_by: 'ann' },
  ]);
  expect(await count(bench, 'clients')).toBe(1);
});

it('ends unchanged where nothing waits', async () => {
  const bench = await waitingBench();
  await ask(bench);
  await bench.advance('acme');
  expect(await syncs(bench)).toMatchObject([{ state: 'unchanged', incomplete: false }]);
  expect(await count(bench, 'sync_files')).toBe(0);
});

it('is one sync for however many ask at once', async () => {
  const bench = await waitingBench();
  await bench.send('acme', 'clients.csv', oneClient);
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(bench)));
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(answers.map(({ syncId }) => syncId)).size).toBe(1);
  await bench.advance('acme');
  expect(await ask(bench)).toEqual({ syncId: 2, created: true });
});

it('never passes the trigger: what waits goes to one sync, whoever comes first', async () => {
  const bench = await openBench();
  for (let i = 0; i < 5; i++) {
    const tenant = `t${i}`;
    await bench.tenant(tenant);
    await bench.send(tenant, 'clients.csv', oneClient);
    await Promise.all([bench.advance(tenant), ask(bench, {}, tenant)]);
    await bench.advance(tenant);
    const made = await bench.rows(`select f.sync_id from sync_files f where tenant_id = '${tenant}'`);
    expect(made).toHaveLength(1);
    const open = `select from syncs where tenant_id = '${tenant}' and state in ('queued', 'running')`;
    expect(await bench.rows(open)).toEqual([]);
  }
});

it('takes only the datasets that were asked for', async () => {
  const bench = await waitingBench({ settleSeconds: 3600, expected: ['clients', 'ecritures', 'contacts'] });
  await bench.send('acme', 'clients.csv', oneClient);
  await bench.send('acme', 'ecritures.csv', entries(1));
  await ask(bench, { datasets: ['clients'] });
  await bench.advance('acme');
  expect(await syncs(bench)).toMatchObject([{ state: 'applied', incomplete: false }]);
  expect(await uploads(bench)).toMatchObject([{ state: 'gathered' }, { state: 'waiting', sync: null }]);
});

it('imports the latest files again where it is forced with nothing waiting', async () => {
  const bench = await waitingBench();
  await bench.send('acme', 'clients.csv', oneClient);
  await ask(bench);
  await bench.advance('acme');
  await bench.send('acme', 'ecritures.csv', entries(1, 2));
  await ask(bench);
  await bench.advance('acme');
  await ask(bench, { force: true });
  await bench.advance('acme');
  expect(
    await bench.rows('select dataset, read, unchanged from sync_files where sync_id = 3 order by file_no'),
  ).toEqual([
    { dataset: 'clients', read: 1, unchanged: 1 },
    { dataset: 'ecritures', read: 2, unchanged: 2 },
  ]);
  await ask(bench, { force: true, datasets: ['clients'] });
  await bench.advance('acme');
  expect(await bench.rows('select dataset from sync_files where sync_id = 4')).toEqual([{ dataset: 'clients' }]);
});

it('takes nothing away with a dry run of a tenant that is live', async () => {
  const bench = await waitingBench();
  await bench.send('acme', 'clients.csv', oneClient);
  await ask(bench);
  await bench.advance('acme');
  await bench.send('acme', 'ecritures.csv', entries(1));
  await bench.send('acme', 'odd.csv', 'Foo;Bar\r\n1;2\r\n');
  const before = await uploads(bench);
  await ask(bench, { dryRun: true });
  await bench.advance('acme');
  expect(await syncs(bench)).toMatchObject([{ state: 'applied' }, { state: 'dry_run' }]);
  expect(await count(bench, 'ecritures')).toBe(0);
  expect(await uploads(bench)).toEqual(before);
  await ask(bench);
  await bench.advance('acme');
  expect(await count(bench, 'ecritures')).toBe(1);
  // Of nothing that waits, forced: what was imported before stays with the sync that imported it.
  const imported = await uploads(bench);
  await ask(bench, { dryRun: true, force: true });
  await bench.advance('acme');
  expect(await bench.rows('select state from sync_files join syncs s on s.id = sync_id where sync_id = 4')).toEqual([
    { state: 'dry_run' },
    { state: 'dry_run' },
  ]);
  expect(await uploads(bench)).toEqual(imported);
});

it('is a dry run for a tenant in validation, and refused for one that is suspended', async () => {
  const bench = await waitingBench({ state: 'validation' });
  await bench.send('acme', 'clients.csv', oneClient);
  await ask(bench);
  await bench.advance('acme');
  expect(await syncs(bench)).toMatchObject([{ state: 'dry_run' }]);
  await bench.rows("update tenants set state = 'suspended'");
  await expect(ask(bench)).rejects.toMatchObject({ code: 'tenant_suspended' });
  await expect(ask(bench, {}, 'nobody')).rejects.toMatchObject({ code: 'no_such_resource' });
});

it('lets a slot run after a sync that has begun, and share one that has not', async () => {
  const bench = await waitingBench();
  const slot = () => bench.database.sql.begin((tx) => requestSlot(tx, 'acme'));
  expect(await slot()).toEqual({ syncId: 1, created: true });
  expect(await slot()).toEqual({ syncId: 1, created: false });
  await bench.rows("update syncs set state = 'running'");
  expect(await slot()).toEqual({ syncId: 2, created: true });
  await bench.advance('acme');
  expect(await syncs(bench)).toMatchObject([
    { state: 'unchanged', cause: 'schedule' },
    { state: 'unchanged', cause: 'schedule' },
  ]);
  await bench.rows("update tenants set state = 'suspended'");
  expect(await slot()).toBeUndefined();
  expect(await findTenant(bench.database.db, 'acme')).toBeDefined();
});
