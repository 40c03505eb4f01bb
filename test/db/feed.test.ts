import { expect, it } from 'vitest';
import { endOfFeed, feedPage, type FeedItem, type FeedPosition } from '../../src/db/queries/events/feed.ts';
import { addChanges, addRows, addSync, emptyRows, keyOf } from '../support/rows.ts';
import { addTenant, sharedDatabase, testDepot } from '../support/server.ts';

const database = sharedDatabase();
emptyRows(database);

const START: FeedPosition = { syncId: 0, behind: null };

const page = (since: FeedPosition, limit: number) => feedPage(database().sql, 'acme', since, limit);

/** Reads on from a position to the end, in pages of `limit`. */
async function feed(limit: number, from = START): Promise<{ items: FeedItem[]; end: FeedPosition }> {
  const items: FeedItem[] = [];
  for (let at = from; ;) {
    const read = await page(at, limit);
    if (!read) throw new Error('the feed ends nowhere');
    items.push(...read.items);
    at = read.next;
    if (!read.hasMore) return { items, end: at };
  }
}

const short = ({ syncId, dataset, change, key }: FeedItem) => [syncId, dataset, change, Number(key.slice(-4))];

async function tenant(): Promise<void> {
  await addTenant(await testDepot({ database: database() }));
}

it('tells what each sync inserted and changed, by dataset and key, whatever the size of a page', async () => {
  await tenant();
  const first = await addSync(database(), { minute: 1, inserted: { clients: 2, ecritures: 3 } });
  const second = await addSync(database(), { minute: 2, inserted: { ecritures: 1 } });
  await addRows(
    database(),
    'clients',
    [1, 2].map((n) => ({ n, firstSeen: first })),
  );
  await addRows(
    database(),
    'ecritures',
    [1, 3, 5].map((n) => ({ n, firstSeen: first })),
  );
  await addRows(database(), 'ecritures', [{ n: 4, firstSeen: second }]);
  await addChanges(database(), [
    { syncId: second, dataset: 'ecritures', n: 3, change: 'settled', before: { status: 'open', amount: 12.5 } },
    { syncId: second, dataset: 'ecritures', n: 5, change: 'updated', before: { status: 'open' } },
  ]);
  const expected = [
    [first, 'clients', 'inserted', 1],
    [first, 'clients', 'inserted', 2],
    [first, 'ecritures', 'inserted', 1],
    [first, 'ecritures', 'inserted', 3],
    [first, 'ecritures', 'inserted', 5],
    [second, 'ecritures', 'settled', 3],
    [second, 'ecritures', 'inserted', 4],
    [second, 'ecritures', 'updated', 5],
  ];
  for (const limit of [1, 2, 3, 8, 100]) expect((await feed(limit)).items.map(short)).toEqual(expected);
  const { items, end } = await feed(100);
  expect(items[5]).toMatchObject({
    before: { status: 'open', amount: '12.50' },
    row: { key: keyOf(3), clientCode: 'C1' },
  });
  expect(items[0]).toMatchObject({ before: null, row: { name: 'Client 1' } });
  expect(end).toEqual({ syncId: second, behind: null });
  expect(await page(end, 10)).toEqual({ items: [], next: end, hasMore: false });
});

it('shows a sync that was held and approved behind those that were applied before it', async () => {
  await tenant();
  const held = await addSync(database(), { state: 'held', minute: 1, inserted: { clients: 1 } });
  const later = await addSync(database(), { minute: 2, inserted: { clients: 1 } });
  await addRows(database(), 'clients', [{ n: 2, firstSeen: later }]);
  const { items, end } = await feed(10);
  expect(items.map(short)).toEqual([[later, 'clients', 'inserted', 2]]);

  await database()
    .sql`update syncs set state = 'applied', finished_at = '2026-01-01T08:01:30Z', place = 3 where id = ${held}`;
  await addRows(database(), 'clients', [{ n: 1, firstSeen: held }]);
  expect((await feed(10, end)).items.map(short)).toEqual([[held, 'clients', 'inserted', 1]]);
});

it('is not shaken by a sync that is applied while its pages are turned', async () => {
  await tenant();
  const first = await addSync(database(), { minute: 1, inserted: { clients: 3 } });
  await addRows(
    database(),
    'clients',
    [1, 3, 5].map((n) => ({ n, firstSeen: first })),
  );
  const start = await page(START, 2);
  const second = await addSync(database(), { minute: 2, inserted: { clients: 1 } });
  await addRows(database(), 'clients', [{ n: 2, firstSeen: second }]);
  await addChanges(database(), [{ syncId: second, dataset: 'clients', n: 1, change: 'updated', before: {} }]);
  const rest = await feed(2, start?.next);
  expect([...(start?.items ?? []), ...rest.items].map(short)).toEqual([
    [first, 'clients', 'inserted', 1],
    [first, 'clients', 'inserted', 3],
    [first, 'clients', 'inserted', 5],
    [second, 'clients', 'updated', 1],
    [second, 'clients', 'inserted', 2],
  ]);
});

it('tells of a removed row what it said, and names once a row that its sync inserted and changed', async () => {
  await tenant();
  const sync = await addSync(database(), { minute: 1, inserted: { ecritures: 1 } });
  await addRows(database(), 'ecritures', [{ n: 2, firstSeen: sync }]);
  await addChanges(database(), [
    { syncId: sync, dataset: 'ecritures', n: 1, change: 'removed', before: { piece_number: 'F1' } },
    { syncId: sync, dataset: 'ecritures', n: 2, change: 'settled', before: { status: 'open' } },
  ]);
  const { items } = await feed(10);
  expect(items.map(short)).toEqual([
    [sync, 'ecritures', 'removed', 1],
    [sync, 'ecritures', 'inserted', 2],
  ]);
  expect(items[0]).toMatchObject({ row: null, before: { pieceNumber: 'F1' } });
});

it('reads on through many syncs that changed nothing, and knows no sync of another tenant', async () => {
  await tenant();
  await addTenant(await testDepot({ database: database() }), { id: 'other', name: 'Other' });
  const foreign = await addSync(database(), { tenantId: 'other', inserted: { clients: 1 } });
  await addRows(database(), 'clients', [{ n: 9, tenantId: 'other', firstSeen: foreign }]);
  for (let minute = 0; minute < 55; minute++) await addSync(database(), { minute });
  const last = await addSync(database(), { minute: 56, inserted: { clients: 1 } });
  await addRows(database(), 'clients', [{ n: 1, firstSeen: last }]);

  expect(await page(START, 10)).toMatchObject({ items: [], hasMore: true });
  expect((await feed(10)).items.map(short)).toEqual([[last, 'clients', 'inserted', 1]]);
  expect(await page({ syncId: foreign, behind: null }, 10)).toBeUndefined();
  expect(await endOfFeed(database().sql, 'acme')).toEqual({ syncId: last, behind: null });
  expect(await endOfFeed(database().sql, 'nobody')).toEqual(START);
});
