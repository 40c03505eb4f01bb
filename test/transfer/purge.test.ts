import { beforeEach, describe, expect, it } from 'vitest';
import type { VirtualPath } from '../../src/model/path.ts';
import { openFiles } from '../../src/files/open-files.ts';
import { heldUntil } from '../../src/db/queries/uploads/term-clock.ts';
import { purge } from '../../src/transfer/purge.ts';
import { retain } from '../../src/transfer/retain.ts';
import { sweep } from '../../src/transfer/sweep.ts';
import type { Credential } from '../../src/model/tenant.ts';
import type { FileView } from '../../src/files/view.ts';
import { type TestDepot, addTenant, sharedDatabase, testDepot } from '../support/server.ts';
import { chunks, collect } from '../contract/spool.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TERM = 90 * DAY;
const database = sharedDatabase();
let depot: TestDepot;
let view: FileView;

beforeEach(async () => {
  await database().sql`truncate syncs, report_files, uploads cascade`;
  depot = await testDepot({ database: database() });
  const tenant = await addTenant(depot);
  view = openFiles({ tenant, door: 'sftp', credential: { username: 'acme-export' } as Credential }, depot);
});

/** Puts a file whose sync is in this state; both as old as `days`. */
async function put(name: string, days: number, state: string, syncState?: string): Promise<string> {
  const inbound = await view.receive(name as VirtualPath, { kind: 'replace' });
  await inbound.write(Buffer.from(name));
  await inbound.commit();
  const { sql } = database();
  const ended = syncState !== undefined && !['queued', 'running', 'held'].includes(syncState);
  const [sync] =
    syncState === undefined
      ? []
      : await sql`insert into syncs (tenant_id, state, cause, finished_at)
          values ('acme', ${syncState}, 'test', case when ${ended} then now() - make_interval(days => ${days}) end)
          returning id::int as id`;
  const [row] =
    await sql`update uploads set state = ${state}, sync_id = ${(sync?.['id'] as number | undefined) ?? null},
    received_at = now() - make_interval(days => ${days}) where path = ${name} returning id`;
  return String(row?.['id']);
}

const purged = async () =>
  (await database().sql`select path from uploads where purged_at is not null order by path`).map((row) =>
    String(row['path']),
  );
const stored = async () => (await collect(depot.spool.committed.list('acme'))).map(({ id }) => id);
const afterwards = () => ({ ...depot, now: () => Date.now() + 120_000 });

describe('terms', () => {
  const terms = { archiveMs: TERM, partialMs: DAY };

  beforeEach(async () => {
    await database().sql`truncate term_clock`;
  });

  it('end by the database’s clock, however wrong this machine’s is', async () => {
    await put('/recent.csv', 0, 'gathered', 'applied');
    const cut = await view.receive('/cut.csv' as VirtualPath, { kind: 'replace' });
    await cut.write(Buffer.from('half'));
    await cut.abandon('cut off');
    for (const days of [200, -200]) await retain({ ...depot, now: () => Date.now() + days * DAY }, terms);
    expect(await purged()).toEqual([]);
    expect(await depot.spool.partials.list('acme')).toHaveLength(1);
    await put('/old.csv', 91, 'gathered', 'applied');
    await retain(depot, terms);
    expect(await purged()).toEqual(['/old.csv']);
  });

  it('do not end where the database’s clock jumps ahead, until it has run on for a while', async () => {
    // To jump ahead by 200 days, and to have seen everything 200 days ago, is the same.
    await put('/a.csv', 200, 'gathered', 'applied');
    await retain(depot, terms);
    await retain(depot, terms);
    expect(await purged()).toEqual([]);
    const held = await database()
      .sql`select held_until > now() + interval '6 days' as long, seen_at > now() - interval '1 minute' as seen from term_clock`;
    expect(held).toEqual([{ long: true, seen: true }]);
    await database().sql`update term_clock set held_until = now() - interval '1 second'`;
    await retain(depot, terms);
    expect(await purged()).toEqual(['/a.csv']);
  });

  it.each([
    ['an hour later', { seen: 0, now: HOUR, held: null }, undefined],
    ['after two days of standstill', { seen: 0, now: 2 * DAY, held: null }, 4 * DAY],
    ['200 days ahead', { seen: 0, now: 200 * DAY, held: null }, 207 * DAY],
    ['an hour after that', { seen: 200 * DAY, now: 200 * DAY + HOUR, held: 207 * DAY }, 207 * DAY],
    ['once it has run on', { seen: 207 * DAY, now: 207 * DAY + HOUR, held: 207 * DAY }, undefined],
    ['set right again', { seen: 200 * DAY, now: DAY, held: 207 * DAY }, undefined],
  ])('are held or not: %s', (_, given, until) => {
    expect(heldUntil(given)).toBe(until);
  });
});

describe('the archive', () => {
  it('keeps original bytes for the term after their sync finished, then only what is known of them', async () => {
    await put('/old.csv', 91, 'gathered', 'applied');
    const recent = await put('/recent.csv', 89, 'gathered', 'applied');
    expect(await purge(afterwards(), TERM, new Date())).toEqual({ uploads: 1, reports: 0 });
    await sweep(afterwards(), DAY);
    expect(await purged()).toEqual(['/old.csv']);
    expect(await stored()).toEqual([recent]);
    expect((await view.list('/' as VirtualPath)).entries.map(({ name }) => name)).toEqual(['recent.csv', 'reports']);
    await expect(view.open('/old.csv' as VirtualPath)).rejects.toMatchObject({ code: 'not_found' });
    expect(await database().sql`select actor, action, (detail->>'uploads')::int as n from audit`).toEqual([
      { actor: 'arrivage', action: 'uploads.purged', n: 1 },
    ]);
  });

  it('keeps what still waits, runs or is held, however old', async () => {
    await put('/waiting.csv', 400, 'waiting');
    await put('/queued.csv', 400, 'gathered', 'queued');
    await put('/running.csv', 400, 'gathered', 'running');
    await put('/held.csv', 400, 'gathered', 'held');
    expect(await purge(afterwards(), TERM, new Date())).toEqual({ uploads: 0, reports: 0 });
  });

  it('keeps what no sync took for the term after its arrival', async () => {
    await put('/quarantined.csv', 91, 'quarantined');
    await put('/unrecognised.csv', 89, 'unrecognised');
    await purge(afterwards(), TERM, new Date());
    expect(await purged()).toEqual(['/quarantined.csv']);
  });

  it('removes the bytes after a crash that came between the row and them', async () => {
    await put('/old.csv', 91, 'gathered', 'applied');
    await purge(afterwards(), TERM, new Date());
    expect(await stored()).toHaveLength(1);
    const swept = await sweep(afterwards(), DAY);
    expect(swept).toMatchObject({ takenBack: 0, missing: 0 });
    expect(await stored()).toEqual([]);
  });

  it('keeps report files for the same term', async () => {
    const ids = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
    for (const [i, id] of ids.entries()) {
      await depot.spool.reports.put('acme', id, chunks('x'));
      await database().sql`insert into report_files (tenant_id, name, id, sync_id, size, created_at)
        values ('acme', ${`r${i}.txt`}, ${id}, 1, 1, now() - make_interval(days => ${i === 0 ? 91 : 89}))`;
    }
    expect(await purge(afterwards(), TERM, new Date())).toEqual({ uploads: 0, reports: 1 });
    expect((await view.list('/reports' as VirtualPath)).entries.map(({ name }) => name)).toEqual(['r1.txt']);
    await expect(depot.spool.reports.open('acme', ids[0] ?? '')).rejects.toThrow(/ENOENT/);
  });
});
