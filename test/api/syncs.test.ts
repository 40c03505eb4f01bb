import { parse } from 'csv-parse/sync';
import exceljs from 'exceljs';
import { describe, expect, it } from 'vitest';
import { rejections, syncFiles, uploads } from '../../src/db/schema/tables.ts';
import type { VirtualPath } from '../../src/model/path.ts';
import { addRows, addSync, emptyRows, keyOf } from '../support/rows.ts';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld } from './world.ts';

const database = sharedDatabase();
emptyRows(database);

interface Sync {
  id: number;
  state: string;
  files: Record<string, unknown>[];
}
interface Page<T> {
  items: T[];
  next: string | null;
}

const acme = '/v1/tenants/acme/syncs';

/** A sync of one file, in which these lines were refused. */
async function withRejections(lines: readonly number[], state: 'applied' | 'held' = 'applied'): Promise<number> {
  const syncId = await addSync(database(), { state });
  const own = { tenantId: 'acme', syncId, fileNo: 1 };
  await database()
    .db.insert(syncFiles)
    .values({
      ...{ ...own, uploadId: keyOf(1), dataset: 'ecritures', sha256: '0'.repeat(64), read: 9, rejected: lines.length },
      detail: { name: 'ecritures.csv', columns: { amount: 'Montant' }, warnings: [], format: null } as never,
    });
  const refused = lines.map((line) => ({
    ...{ ...own, line, column: 'amount', code: 'invalid_amount', value: '=1+1', raw: `C1;F${line};=1+1` },
  }));
  if (refused.length > 0) await database().db.insert(rejections).values(refused);
  return syncId;
}

it('lists syncs, the latest first, page by page and by state', async () => {
  const { ask, keys } = await apiWorld(database());
  const ids = [await addSync(database()), await addSync(database(), { state: 'held' }), await addSync(database())];
  await addSync(database(), { tenantId: 'other' });
  const first = await ask<Page<Sync>>(`${acme}?limit=2`, { key: keys.read });
  expect(first.json.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  const rest = await ask<Page<Sync>>(`${acme}?limit=2&cursor=${first.json.next}`);
  expect([rest.json.items.map(({ id }) => id), rest.json.next]).toEqual([[ids[0]], null]);
  expect((await ask<Page<Sync>>(`${acme}?state=held`)).json.items.map(({ id }) => id)).toEqual([ids[1]]);
});

it('starts a sync, and answers with the one under way to whoever asks again', async () => {
  const { ask, keys, audit } = await apiWorld(database());
  const started = await ask<Sync>(acme, { body: { force: true, datasets: ['clients'] }, key: keys.sync });
  expect([started.status, started.json]).toMatchObject([202, { state: 'queued', force: true, cause: 'request' }]);
  expect(started.headers.get('location')).toBe(`/v1/syncs/${started.json.id}`);
  const again = await ask<Sync>(acme, { method: 'POST', key: keys.sync });
  expect([again.status, again.json.id]).toEqual([200, started.json.id]);
  expect((await ask(acme, { body: { force: 'yes' } })).status).toBe(422);
  expect((await ask(acme, { method: 'POST', key: keys.read })).status).toBe(403);
  expect((await audit()).filter(({ action }) => action === 'sync.request')).toHaveLength(1);
});

it('starts one sync for one Idempotency-Key, however often it is sent', async () => {
  const { ask } = await apiWorld(database());
  const headers = { 'idempotency-key': 'nightly-1' };
  const first = await ask<Sync>(acme, { body: {}, headers });
  await database().sql`update syncs set state = 'unchanged'`;
  const second = await ask<Sync>(acme, { body: {}, headers });
  expect([second.status, second.json.id]).toEqual([202, first.json.id]);
  expect(await database().sql`select id from syncs`).toHaveLength(1);
});

describe('what a sync refused', () => {
  it('is read page by page, also where two records have one number', async () => {
    const { ask } = await apiWorld(database());
    const id = await withRejections([3, 3, 3, 7, 9]);
    const lines: unknown[] = [];
    let next: string | null = '';
    while (next !== null) {
      const path: string = `/v1/syncs/${id}/rejections?limit=2${next && `&cursor=${next}`}`;
      const page = await ask<Page<Record<string, unknown>>>(path, { headers: { 'accept-language': 'en' } });
      lines.push(...page.json.items.map(({ line }) => line));
      expect(page.json.items[0]).toMatchObject({ file: 'ecritures.csv', value: '=1+1', code: 'invalid_amount' });
      ({ next } = page.json);
    }
    expect(lines).toEqual([3, 3, 3, 7, 9]);
  });

  it('is a CSV and a workbook for people, in which nothing is a formula', async () => {
    const { app, keys, ask } = await apiWorld(database());
    const id = await withRejections([3, 7]);
    const path = `/v1/syncs/${id}/rejections`;
    const csv = await ask(path, { headers: { accept: 'text/csv' } });
    const [, row]: string[][] = parse(csv.text, { bom: true, delimiter: ';' });
    expect(row).toEqual(expect.arrayContaining(['ecritures.csv', '3', 'Montant', "'=1+1", 'C1;F3;=1+1']));
    const answer = await app.request(path, {
      headers: {
        accept: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        authorization: `Bearer ${keys.read}`,
      },
    });
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="rejections-${id}.xlsx"`);
    const book = new exceljs.Workbook();
    await book.xlsx.load(await answer.arrayBuffer());
    expect(book.worksheets[0]?.rowCount).toBe(3);
    expect(book.worksheets[0]?.getCell('D2').value).toBe('=1+1');
  });

  it('stands in the report, as JSON and as text', async () => {
    const { ask } = await apiWorld(database());
    const id = await withRejections([3]);
    const json = await ask<{ headline: string; rejections: unknown[] }>(`/v1/syncs/${id}/report`);
    expect(json.json).toMatchObject({ id, state: 'applied', rejections: [{ line: 3, file: 'ecritures.csv' }] });
    expect(json.json.headline).not.toBe('');
    const text = await ask(`/v1/syncs/${id}/report`, { headers: { accept: 'text/plain' } });
    expect(text.text).toContain('ecritures.csv');
    expect(text.headers.get('content-type')).toMatch(/^text\/plain/);
  });
});

it('shows which rows a sync changed, page by page', async () => {
  const { ask } = await apiWorld(database());
  const id = await addSync(database(), { inserted: { clients: 3 } });
  await addRows(
    database(),
    'clients',
    [1, 2, 3].map((n) => ({ n, firstSeen: id })),
  );
  const first = await ask<Page<{ key: string }>>(`/v1/syncs/${id}/changes?limit=2`);
  expect(first.json.items.map(({ key }) => key)).toEqual([keyOf(1), keyOf(2)]);
  const rest = await ask<Page<{ key: string }>>(`/v1/syncs/${id}/changes?limit=2&cursor=${first.json.next}`);
  expect([rest.json.items.map(({ key }) => key), rest.json.next]).toEqual([[keyOf(3)], null]);
});

describe('decisions', () => {
  it('let a held sync pass, or give it up, once', async () => {
    const { ask, keys, audit } = await apiWorld(database());
    const [passed, given] = [await withRejections([], 'held'), await withRejections([], 'held')];
    const decide = (id: number, what: string, key = keys.manage) =>
      ask<Sync>(`/v1/syncs/${id}/${what}`, { method: 'POST', key });
    expect((await decide(passed, 'approve', keys.sync)).status).toBe(403);
    const approved = await decide(passed, 'approve');
    expect([approved.status, approved.json]).toMatchObject([202, { id: passed, state: 'queued' }]);
    const discarded = await decide(given, 'discard');
    expect([discarded.status, discarded.json]).toMatchObject([200, { id: given, state: 'discarded' }]);
    expect(await decide(given, 'approve')).toMatchObject({ status: 409, json: { code: 'sync_not_held' } });
    expect((await audit()).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['sync.approve', 'sync.discard']),
    );
  });

  it('replay a sync under a new number, and undo the latest', async () => {
    const { ask, keys } = await apiWorld(database());
    const id = await withRejections([]);
    await database()
      .db.insert(uploads)
      .values({
        ...{ tenantId: 'acme', id: keyOf(1), path: '/e.csv' as VirtualPath, size: 1, sha256: '0'.repeat(64) },
        ...{ door: 'http', state: 'gathered', syncId: id },
      });
    const post = (path: string, key = keys.manage) => ask<Sync>(path, { method: 'POST', key });
    const reverted = await post(`/v1/syncs/${id}/revert`);
    expect([reverted.status, reverted.json]).toMatchObject([202, { state: 'queued', reverts: id }]);
    expect(await post(`/v1/syncs/${id}/revert`)).toMatchObject({ status: 409, json: { code: 'sync_under_way' } });
    await database().sql`update syncs set state = 'failed' where id = ${reverted.json.id}`;
    const replayed = await post(`/v1/syncs/${id}/replay`, keys.sync);
    expect([replayed.status, replayed.json]).toMatchObject([202, { state: 'queued', cause: 'replay', force: true }]);
    expect(replayed.json.id).toBeGreaterThan(id);
  });

  it.each(['', '/report', '/rejections', '/changes', '/approve', '/discard', '/replay', '/revert'])(
    'and reading %s: not of another tenant’s sync',
    async (what) => {
      const { ask, otherKey } = await apiWorld(database());
      const id = await withRejections([1], 'held');
      const method = ['', '/report', '/rejections', '/changes'].includes(what) ? 'GET' : 'POST';
      expect((await ask(`/v1/syncs/${id}${what}`, { method, key: otherKey })).status).toBe(404);
      expect(await database().sql`select state from syncs`).toMatchObject([{ state: 'held' }]);
    },
  );
});
