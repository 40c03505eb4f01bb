import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { reportFiles, uploads, viewFiles } from '../../src/db/schema/tables.ts';
import { pages } from '../../src/files/pages.ts';
import type { Entry, FileView, ReceiveMode } from '../../src/files/view.ts';
import type { VirtualPath } from '../../src/model/path.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import type { Spool } from '../../src/spool/spool.ts';
import { resolvePath, root } from '../../src/model/virtual-path.ts';
import { until } from '../support/clients.ts';
import { type TestDepot, addTenant, filesOf, sharedDatabase, testDepot } from '../support/server.ts';

const at = (path: string): VirtualPath => resolvePath(root, path);

const database = sharedDatabase();
let depot: TestDepot;
let tenant: Tenant;
let files: FileView;

beforeEach(async () => {
  depot = await testDepot({ database: database() });
  tenant = await addTenant(depot);
  files = filesOf(depot, tenant);
});

async function put(path: string, text: string, mode: ReceiveMode = { kind: 'replace' }): Promise<void> {
  const inbound = await files.receive(at(path), mode);
  await inbound.write(Buffer.from(text));
  await inbound.commit();
}

async function cut(path: string, text: string, mode: ReceiveMode = { kind: 'replace' }): Promise<void> {
  const inbound = await files.receive(at(path), mode);
  await inbound.write(Buffer.from(text));
  await inbound.abandon('the client vanished');
}

async function get(path: string, view = files): Promise<string> {
  const file = await view.open(at(path));
  const buffer = Buffer.alloc(file.size);
  expect(await file.read(buffer, 0)).toBe(file.size);
  await file.close();
  return buffer.toString();
}

async function listed(path: VirtualPath, view = files): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const page of pages(view, path)) all.push(...page);
  return all;
}
const names = async (path: string): Promise<string[]> => (await listed(at(path))).map(({ name }) => name);
const uploadRows = () => depot.database.db.select().from(uploads).orderBy(uploads.receivedAt);
const jobs = async () =>
  (await depot.database.sql`select key, run_at, queue_name from graphile_worker.jobs`).map((job) => String(job['key']));
const usage = () => depot.spool.usage('acme');

describe('a file that arrives', () => {
  it('is on record with size, hash and job, and can be read back', async () => {
    await put('/export/CLIENTS.csv', 'code;nom\n1;Dupont\n');
    expect(await uploadRows()).toMatchObject([
      {
        path: '/export/CLIENTS.csv',
        size: 18,
        sha256: createHash('sha256').update('code;nom\n1;Dupont\n').digest('hex'),
        door: 'sftp',
        username: 'acme-export',
        state: 'waiting',
      },
    ]);
    expect(await jobs()).toEqual(['advance:acme']);
    expect(await get('/export/CLIENTS.csv')).toBe('code;nom\n1;Dupont\n');
    expect(await files.stat(at('/export/CLIENTS.csv'))).toMatchObject({ state: 'upload', size: 18, writable: true });
    expect(await files.stat(at('/export'))).toMatchObject({ kind: 'folder' });
    await until('no note is left', async () => (await depot.spool.partials.list('acme')).length === 0);
  });

  it('may be empty', async () => {
    const inbound = await files.receive(at('/fin.txt'), { kind: 'replace' });
    await inbound.commit();
    expect(await files.stat(at('/fin.txt'))).toMatchObject({ size: 0, state: 'upload' });
  });

  it('replaces the name in the view, while both uploads stay on record', async () => {
    await put('/a.csv', 'one');
    await put('/a.csv', 'two!');
    expect(await get('/a.csv')).toBe('two!');
    expect(await uploadRows()).toHaveLength(2);
    expect(await jobs()).toEqual(['advance:acme']);
  });

  it('is hashed right whatever the order and overlap of its writes', async () => {
    const data = randomBytes(300_000);
    const inbound = await files.receive(at('/a.bin'), { kind: 'replace' });
    await Promise.all([
      inbound.write(data.subarray(200_000), 200_000),
      inbound.write(randomBytes(1000), 50),
      inbound.write(data.subarray(0, 100_000), 0),
      inbound.write(data.subarray(90_000, 200_000), 90_000),
    ]);
    await inbound.commit();
    const [row] = await uploadRows();
    expect(row).toMatchObject({ size: 300_000, sha256: createHash('sha256').update(data).digest('hex') });
  });

  it('keeps the time that the client gives it', async () => {
    const time = new Date('2026-01-31T08:00:00Z');
    const inbound = await files.receive(at('/a.csv'), { kind: 'replace' });
    await inbound.write(Buffer.from('x'));
    inbound.setModified(time);
    await inbound.commit();
    expect((await files.stat(at('/a.csv')))?.modified).toEqual(time);
    const later = new Date('2026-02-01T08:00:00Z');
    await files.setModified(at('/a.csv'), later);
    expect((await files.stat(at('/a.csv')))?.modified).toEqual(later);
  });

  it('tells who listens, once it is durable', async () => {
    const facts: unknown[] = [];
    depot.events.on('upload.committed', (fact) => facts.push(fact));
    await put('/a.csv', 'abc');
    expect(facts).toMatchObject([{ tenant: 'acme', path: '/a.csv', size: 3, door: 'sftp', username: 'acme-export' }]);
  });

  it('is not renamed or removed while it comes in: that may be tried again later', async () => {
    const inbound = await files.receive(at('/a.csv.tmp'), { kind: 'replace' });
    await inbound.write(Buffer.from('x'));
    const later = { code: 'transfer_under_way', entry: { ftp: 450, sftp: 4, http: 409, retryable: true } };
    await expect(files.rename(at('/a.csv.tmp'), at('/a.csv'))).rejects.toMatchObject(later);
    await expect(files.remove(at('/a.csv.tmp'))).rejects.toMatchObject(later);
    await inbound.commit();
    await files.rename(at('/a.csv.tmp'), at('/a.csv'));
    expect(await uploadRows()).toHaveLength(1);
  });

  it('commits once, however often it is asked, and never after it was abandoned', async () => {
    const inbound = await files.receive(at('/a.csv'), { kind: 'replace' });
    await inbound.write(Buffer.from('x'));
    await Promise.all([inbound.commit(), inbound.commit()]);
    await inbound.abandon('too late');
    expect(await uploadRows()).toHaveLength(1);
    const other = await files.receive(at('/b.csv'), { kind: 'replace' });
    await other.write(Buffer.from('x'));
    await other.abandon('gone');
    await expect(other.commit()).rejects.toMatchObject({ code: 'transfer_incomplete' });
    await expect(other.write(Buffer.from('y'))).rejects.toMatchObject({ code: 'bad_request' });
    expect(await uploadRows()).toHaveLength(1);
  });
});

describe('an incomplete file', () => {
  it('is no upload, and is resumed where it ended', async () => {
    await cut('/a.csv', 'code;');
    expect(await uploadRows()).toEqual([]);
    expect(await jobs()).toEqual([]);
    expect(await files.stat(at('/a.csv'))).toMatchObject({ state: 'partial', size: 5 });
    await put('/a.csv', 'nom\n', { kind: 'resume', offset: 5 });
    expect(await get('/a.csv')).toBe('code;nom\n');
    const sha256 = createHash('sha256').update('code;nom\n').digest('hex');
    expect(await uploadRows()).toMatchObject([{ size: 9, sha256 }]);
  });

  it('is cut back where the client resumes earlier, and cannot be resumed behind its end', async () => {
    await cut('/a.csv', '12345');
    await expect(files.receive(at('/a.csv'), { kind: 'resume', offset: 6 })).rejects.toMatchObject({
      code: 'not_resumable',
      params: { offset: 6, size: 5 },
    });
    await put('/a.csv', 'xy', { kind: 'resume', offset: 2 });
    expect(await get('/a.csv')).toBe('12xy');
  });

  it('is what a resuming client sees, though an older upload has the name; and is gone once the name is whole', async () => {
    await put('/a.csv', 'yesterday, whole');
    await cut('/a.csv', 'today');
    expect(await files.stat(at('/a.csv'))).toMatchObject({ state: 'partial', size: 5 });
    expect(await listed(root)).toMatchObject([{ name: 'a.csv', state: 'partial', size: 5 }, { name: 'reports' }]);
    await put('/a.csv', 'today, whole');
    expect(await files.stat(at('/a.csv'))).toMatchObject({ state: 'upload', size: 12 });
    await until('the partial is gone', async () => (await usage()) === 2 * 4096);
  });

  it('with a hole is never imported', async () => {
    const inbound = await files.receive(at('/a.csv'), { kind: 'replace' });
    await inbound.write(Buffer.from('abc'), 0);
    await inbound.write(Buffer.from('ghi'), 6);
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'transfer_incomplete' });
    const preallocated = await files.receive(at('/b.csv'), { kind: 'replace' });
    await preallocated.truncate(10);
    await preallocated.write(Buffer.from('abc'), 0);
    await expect(preallocated.commit()).rejects.toMatchObject({ code: 'transfer_incomplete' });
    expect(await uploadRows()).toEqual([]);
  });

  it('of no bytes leaves nothing behind', async () => {
    const inbound = await files.receive(at('/a.csv'), { kind: 'replace' });
    await inbound.abandon('cut at once');
    expect(await depot.spool.partials.list('acme')).toEqual([]);
    expect(await files.stat(at('/a.csv'))).toBeUndefined();
  });

  it('of two sessions is each its own; the last to finish has the name', async () => {
    const [one, two] = await Promise.all([
      files.receive(at('/a.csv'), { kind: 'replace' }),
      filesOf(depot, tenant).receive(at('/a.csv'), { kind: 'replace' }),
    ]);
    await one.write(Buffer.from('first'));
    await two.write(Buffer.from('second'));
    await two.commit();
    await one.commit();
    expect(await get('/a.csv')).toBe('first');
    expect((await uploadRows()).map(({ size }) => size).sort()).toEqual([5, 6]);
  });

  it('is not taken over from a session that still writes it', async () => {
    const open = await files.receive(at('/a.csv'), { kind: 'replace' });
    await open.write(Buffer.from('12345'));
    await expect(files.receive(at('/a.csv'), { kind: 'resume', offset: 5 })).rejects.toMatchObject({
      code: 'not_resumable',
    });
    await open.commit();
  });

  it('is not resumed while it is being committed', async () => {
    const resumed: unknown[] = [];
    let path = at('/a.csv');
    const inTheMiddle = (spool: Spool): Spool => ({
      ...spool,
      partials: {
        ...spool.partials,
        async promote(...args) {
          const second = filesOf(depot, tenant).receive(path, { kind: 'append' });
          resumed.push(await second.catch((error: unknown) => error));
          await spool.partials.promote(...args);
        },
      },
    });
    depot = await testDepot({ database: database(), wrapSpool: inTheMiddle });
    files = filesOf(depot, tenant);
    await put('/a.csv', '12345');
    path = at('/b.csv.part');
    await put('/b.csv.part', '67890');
    await files.rename(path, at('/b.csv'));
    expect(resumed).toMatchObject([{ code: 'not_resumable' }, { code: 'not_resumable' }]);
  });
});

describe('continuing what is there', () => {
  it('appends to a copy of the upload: an upload never changes', async () => {
    await put('/a.csv', 'one\n');
    await put('/a.csv', 'two\n', { kind: 'append' });
    expect(await get('/a.csv')).toBe('one\ntwo\n');
    const [first] = await uploadRows();
    expect(first).toMatchObject({ size: 4 });
    await put('/new.csv', 'x', { kind: 'append' });
    expect(await get('/new.csv')).toBe('x');
  });

  it('resumes at the full size of an upload, as lftp does when nothing is missing', async () => {
    await put('/a.csv', 'whole');
    const inbound = await files.receive(at('/a.csv'), { kind: 'resume', offset: 5 });
    await inbound.commit();
    const rows = await uploadRows();
    expect(rows.map(({ sha256 }) => sha256)).toEqual([rows[0]?.sha256, rows[0]?.sha256]);
  });

  it('writes into the middle without losing the rest (SFTP OPEN without TRUNC)', async () => {
    await put('/a.csv', 'abcdef');
    const inbound = await files.receive(at('/a.csv'), { kind: 'update' });
    expect(inbound.size).toBe(6);
    await inbound.write(Buffer.from('XY'), 2);
    await inbound.commit();
    expect(await get('/a.csv')).toBe('abXYef');
  });

  it('fails where the name is taken and must not be (SFTP EXCL)', async () => {
    await put('/a.csv', 'x');
    await expect(files.receive(at('/a.csv'), { kind: 'create' })).rejects.toMatchObject({ code: 'already_exists' });
  });
});

describe('a temporary name', () => {
  it('is no upload until it is renamed, and then is one', async () => {
    await put('/CLIENTS.csv.part', 'data');
    expect(await uploadRows()).toEqual([]);
    expect(await files.stat(at('/CLIENTS.csv.part'))).toMatchObject({ state: 'partial', size: 4 });
    expect(await get('/CLIENTS.csv.part')).toBe('data');
    await files.rename(at('/CLIENTS.csv.part'), at('/CLIENTS.csv'));
    expect(await uploadRows()).toMatchObject([{ path: '/CLIENTS.csv', size: 4, state: 'waiting' }]);
    expect(await jobs()).toEqual(['advance:acme']);
    expect(await names('/')).toEqual(['CLIENTS.csv', 'reports']);
    expect(await get('/CLIENTS.csv')).toBe('data');
  });

  it('of an incomplete file stays incomplete under its final name', async () => {
    await cut('/a.csv.filepart', 'da');
    await files.rename(at('/a.csv.filepart'), at('/a.csv'));
    expect(await uploadRows()).toEqual([]);
    expect(await files.stat(at('/a.csv'))).toMatchObject({ state: 'partial', size: 2 });
    await put('/a.csv', 'ta', { kind: 'resume', offset: 2 });
    expect(await uploadRows()).toMatchObject([{ size: 4 }]);
  });

  it('renames over the upload of that name, unless that was excluded', async () => {
    await put('/a.csv', 'old');
    await put('/a.tmp', 'new!');
    await expect(files.rename(at('/a.tmp'), at('/a.csv'), { exclusive: true })).rejects.toMatchObject({
      code: 'already_exists',
    });
    await files.rename(at('/a.tmp'), at('/a.csv'));
    expect(await get('/a.csv')).toBe('new!');
  });

  it('written again after it was whole is incomplete again', async () => {
    await put('/a.tmp', 'one');
    await cut('/a.tmp', 'two', { kind: 'append' });
    await files.rename(at('/a.tmp'), at('/a.csv'));
    expect(await uploadRows()).toEqual([]);
  });
});

describe('renaming an upload', () => {
  it('takes the pipeline along while no sync has it, or where nothing recognised it', async () => {
    await put('/export.uploading', 'x');
    await depot.database.sql`update uploads set state = 'unrecognised', reason = '{"code": "x", "params": {}}'`;
    await depot.database.sql`delete from graphile_worker._private_jobs`;
    await files.rename(at('/export.uploading'), at('/CLIENTS.csv'));
    expect(await uploadRows()).toMatchObject([{ path: '/CLIENTS.csv', state: 'waiting', reason: null }]);
    expect(await jobs()).toEqual(['advance:acme']);
  });

  it.each([
    ['under a temporary name', '/.old.csv', 'waiting'],
    ['into another folder', '/archive/a.csv', 'waiting'],
    ['after a sync took it', '/b.csv', 'gathered'],
  ])('%s changes the view only', async (_, to, state) => {
    await put('/a.csv', 'x');
    await depot.database.sql`update uploads set state = ${state}`;
    await depot.database.sql`delete from graphile_worker._private_jobs`;
    await files.rename(at('/a.csv'), at(to));
    expect(await uploadRows()).toMatchObject([{ path: '/a.csv', state }]);
    expect(await jobs()).toEqual([]);
    expect(await get(to)).toBe('x');
    expect(await files.stat(at('/a.csv'))).toBeUndefined();
  });

  it('fails with a reason for what cannot be', async () => {
    await put('/a.csv', 'x');
    await put('/b/c.csv', 'x');
    const code = async (from: string, to: string) =>
      files.rename(at(from), at(to)).then(
        () => 'done',
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await code('/none.csv', '/x.csv')).toBe('not_found');
    expect(await code('/a.csv', '/b')).toBe('is_a_folder');
    expect(await code('/a.csv', '/reports/a.csv')).toBe('read_only');
    expect(await code('/b/c.csv', '/a.csv/c.csv')).toBe('not_a_folder');
    expect(await code('/b', '/b/d')).toBe('path_refused');
    expect(await code('/b', '/a.csv')).toBe('already_exists');
    expect(await code('/a.csv', '/a.csv')).toBe('done');
  });

  it('moves a folder with its files, its partials and its names outside ASCII', async () => {
    await put('/été 😀/a.csv', 'x');
    await cut('/été 😀/b.csv', 'part');
    await files.rename(at('/été 😀'), at('/2026'));
    expect(await names('/2026')).toEqual(['a.csv', 'b.csv']);
    expect(await names('/')).toEqual(['2026', 'reports']);
  });
});

describe('names and folders', () => {
  it('removes a name but not the upload, and a partial with its bytes', async () => {
    await put('/a.csv', 'x');
    await files.remove(at('/a.csv'));
    await expect(files.open(at('/a.csv'))).rejects.toMatchObject({ code: 'not_found' });
    expect(await uploadRows()).toHaveLength(1);
    await cut('/b.csv', 'xyz');
    await files.remove(at('/b.csv'));
    expect(await usage()).toBe(4096);
    await expect(files.remove(at('/b.csv'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('makes folders, shows them, and removes them only when they are empty', async () => {
    await files.makeFolder(at('/in'));
    await expect(files.makeFolder(at('/in'))).rejects.toMatchObject({ code: 'already_exists' });
    expect(await listed(at('/in'))).toEqual([]);
    await put('/in/deep/a.csv', 'x');
    expect(await names('/in')).toEqual(['deep']);
    expect(await names('/in/deep')).toEqual(['a.csv']);
    await expect(files.removeFolder(at('/in'))).rejects.toMatchObject({ code: 'folder_not_empty' });
    await files.remove(at('/in/deep/a.csv'));
    await files.removeFolder(at('/in'));
    await expect(files.list(at('/in'))).rejects.toMatchObject({ code: 'not_found' });
    await put('/a.csv', 'x');
    await expect(files.list(at('/a.csv'))).rejects.toMatchObject({ code: 'not_a_folder' });
    await expect(files.makeFolder(at('/a.csv/b'))).rejects.toMatchObject({ code: 'not_a_folder' });
    await expect(files.receive(at('/a.csv/b'), { kind: 'replace' })).rejects.toMatchObject({ code: 'not_a_folder' });
    await expect(files.remove(root)).rejects.toMatchObject({ code: 'is_a_folder' });
  });

  it('takes no wildcard in a name for a pattern', async () => {
    await put('/100%_a/x.csv', 'x');
    await put('/100b_a/y.csv', 'y');
    expect(await names('/100%_a')).toEqual(['x.csv']);
  });

  it('shows reports, read-only', async () => {
    const id = '11111111-1111-4111-8111-111111111111';
    const { size } = await depot.spool.reports.put('acme', id, one('rapport'));
    await depot.database.db.insert(reportFiles).values({ tenantId: 'acme', name: 'a.report.txt', id, syncId: 1, size });
    expect(await listed(at('/reports'))).toMatchObject([
      { name: 'a.report.txt', size: 7, state: 'report', writable: false },
    ]);
    expect(await get('/reports/a.report.txt')).toBe('rapport');
    for (const refused of [
      files.receive(at('/reports/a.report.txt'), { kind: 'replace' }),
      files.receive(at('/reports/new.txt'), { kind: 'replace' }),
      files.remove(at('/reports/a.report.txt')),
      files.rename(at('/reports/a.report.txt'), at('/a.txt')),
      files.makeFolder(at('/reports/x')),
      files.removeFolder(at('/reports')),
      files.setModified(at('/reports/a.report.txt'), new Date()),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'read_only' });
  });

  it('are bounded', async () => {
    await depot.database.db
      .insert(viewFiles)
      .values(Array.from({ length: 10_000 }, (_, i) => ({ tenantId: 'acme', path: `/f${i}` })));
    await expect(files.receive(at('/one more.csv'), { kind: 'replace' })).rejects.toMatchObject({
      code: 'too_many_files',
    });
    await expect(files.makeFolder(at('/one more'))).rejects.toMatchObject({ code: 'too_many_files' });
    expect(await listed(root)).toHaveLength(10_001);
  });

  it('are listed page by page, each once, whatever comes and goes meanwhile', async () => {
    const folder = at('/in');
    const insert = (...paths: string[]) =>
      depot.database.db.insert(viewFiles).values(paths.map((path) => ({ tenantId: 'acme', path })));
    await insert(
      ...Array.from({ length: 2500 }, (_, i) => `/in/${String(i).padStart(4, '0')}é/deep/er`),
      '/innen',
      '/in',
    );
    await put('/in/0500a.csv', 'upload');
    await cut('/in/1500a.csv', 'half');
    await cut('/in/9999/x.csv', 'half');
    const first = await files.list(folder);
    expect(first.entries).toHaveLength(2000);
    await insert('/in/0000a', '/in/2000a');
    await depot.database.sql`delete from view_files where path = '/in/0001é/deep/er' or path = '/in/1999é/deep/er'`;
    const seen = [...first.entries];
    for (let more = first.more; more;) {
      const next = await files.list(folder, seen.at(-1)?.name);
      seen.push(...next.entries);
      more = next.more;
    }
    const whole = await listed(folder);
    expect(seen.map(({ name }) => name)).toEqual(
      [...whole.filter(({ name }) => name !== '0000a'), ...first.entries.filter(({ name }) => name === '0001é')]
        .map(({ name }) => name)
        .sort(),
    );
    expect(new Set(whole.map(({ name }) => name)).size).toBe(2499 + 3 + 2 - 1);
    expect(whole.filter(({ kind }) => kind === 'file')).toMatchObject([
      { name: '0500a.csv', state: 'upload', size: 6 },
      { name: '1500a.csv', state: 'partial', size: 4 },
    ]);
  });

  it('of a folder that goes while it is listed end there', async () => {
    await files.makeFolder(at('/in'));
    await files.removeFolder(at('/in'));
    expect(await files.list(at('/in'), 'a')).toEqual({ entries: [], more: false });
    await expect(files.list(at('/in'))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of another tenant cannot be seen, read, removed or written over', async () => {
    await put('/a.csv', 'secret');
    await cut('/b.csv', 'half');
    const others = filesOf(depot, await addTenant(depot, { id: 'other' }));
    expect((await listed(root, others)).map(({ name }) => name)).toEqual(['reports']);
    await expect(others.open(at('/a.csv'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(others.remove(at('/b.csv'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(others.receive(at('/b.csv'), { kind: 'resume', offset: 4 })).rejects.toMatchObject({
      code: 'not_resumable',
    });
    const inbound = await others.receive(at('/a.csv'), { kind: 'replace' });
    await inbound.write(Buffer.from('mine'));
    await inbound.commit();
    expect(await get('/a.csv')).toBe('secret');
    expect(await get('/a.csv', others)).toBe('mine');
  });
});

describe('limits', () => {
  // With a held clock bytes are counted once; a count beside writes has some of them twice, until the next.
  beforeEach(async () => {
    const time = Date.now();
    depot = await testDepot({ database: database(), now: () => time });
    files = filesOf(depot, tenant);
  });

  it('refuses a file over the tenant’s size, and keeps nothing of it', async () => {
    const small = filesOf(depot, { ...tenant, maxFileBytes: 10 });
    const inbound = await small.receive(at('/a.csv'), { kind: 'replace' });
    await inbound.write(Buffer.alloc(10));
    await expect(inbound.write(Buffer.alloc(1))).rejects.toMatchObject({
      code: 'file_too_large',
      params: { limit: 10 },
    });
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'file_too_large' });
    expect(await uploadRows()).toEqual([]);
    expect(await usage()).toBe(0);
  });

  it('refuses what would exceed the quota, counts partials in, and takes it again when there is room', async () => {
    const tight = filesOf(depot, { ...tenant, quotaBytes: 100_000 });
    expect(await tight.space()).toEqual({ total: 100_000, free: 100_000 });
    await cut('/kept.csv', 'x'.repeat(60_000));
    const inbound = await tight.receive(at('/a.csv'), { kind: 'replace' });
    await inbound.write(Buffer.alloc(36_864));
    await expect(inbound.write(Buffer.alloc(1))).rejects.toMatchObject({ code: 'quota_exceeded' });
    await inbound.abandon('refused');
    expect(await tight.space()).toEqual({ total: 100_000, free: 38_560 });
    await files.remove(at('/kept.csv'));
    const again = await tight.receive(at('/a.csv'), { kind: 'replace' });
    await again.write(Buffer.alloc(90_000));
    await again.commit();
    await expect(tight.receive(at('/a.csv'), { kind: 'append' })).rejects.toMatchObject({ code: 'quota_exceeded' });
  });

  it('lets ten thousand uploads of a tenant wait for their sync, and takes more once there are fewer', async () => {
    const wait = (of: string, count: number) => depot.database.sql`
      insert into uploads (tenant_id, id, path, size, sha256, door)
      select ${of}, gen_random_uuid(), '/a.csv', 1, repeat('a', 64), 'sftp' from generate_series(1, ${count}::int)`;
    let now = Date.now();
    const own = filesOf({ ...depot, now: () => now }, tenant);
    const other = filesOf({ ...depot, now: () => now }, await addTenant(depot, { id: 'other' }));
    const refusals: string[] = [];
    depot.events.on('upload.refused', ({ tenant: of, door, code }) => refusals.push(`${of} ${door} ${code}`));
    const send = async (view: FileView) => (await view.receive(at('/b.csv'), { kind: 'replace' })).commit();
    await wait(tenant.id, 9_999);
    await send(own);
    now += 1000;
    await expect(send(own)).rejects.toMatchObject({ code: 'too_many_waiting', params: { limit: 10_000 } });
    await send(other);
    expect(refusals).toEqual([`${tenant.id} sftp too_many_waiting`]);
    await depot.database.sql`update uploads set state = 'gathered' where path = '/b.csv'`;
    now += 1000;
    await send(own);
  });

  it('keeps the order of writes where one waits for room', async () => {
    const tight = filesOf(depot, { ...tenant, quotaBytes: 1_000_000 });
    const inbound = await tight.receive(at('/a.csv'), { kind: 'replace' });
    await inbound.write(Buffer.from('0'), 0);
    // Of the second there is room already, of the first not yet.
    const writes = [inbound.write(Buffer.alloc(600_000, 'a'), 0), inbound.write(Buffer.from('later'), 0)];
    await inbound.commit();
    await Promise.all(writes);
    const bytes = await readFile(depot.spool.committed.path(tenant.id, inbound.id), 'latin1');
    expect([bytes.length, bytes.slice(0, 7)]).toEqual([600_000, 'lateraa']);
  });

  it('counts empty files, too: there are no more of them than have room', async () => {
    const tight = filesOf(depot, { ...tenant, quotaBytes: 20_000 });
    const send = async (name: string) => (await tight.receive(at(name), { kind: 'replace' })).commit();
    for (const name of ['/1.csv', '/2.csv', '/3.csv', '/4.csv']) await send(name);
    await expect(send('/5.csv')).rejects.toMatchObject({ code: 'quota_exceeded', params: { limit: 20_000 } });
    expect(await uploadRows()).toHaveLength(4);
    expect(await tight.space()).toEqual({ total: 20_000, free: 20_000 - 4 * 4096 });
    expect(await depot.spool.partials.list('acme')).toEqual([]);
  });

  it('holds the quota where each of many uploads has many writes under way', async () => {
    const quotaBytes = 1_048_576;
    const tight = filesOf(depot, { ...tenant, quotaBytes });
    const send = async (i: number): Promise<void> => {
      const inbound = await tight.receive(at(`/${i}.csv`), { kind: 'replace' });
      const pieces = Array.from({ length: 10 }, (_, nth) => inbound.write(Buffer.alloc(30_000), nth * 30_000));
      await Promise.allSettled(pieces);
      await inbound.commit();
    };
    const sent = await Promise.allSettled(Array.from({ length: 80 }, (_, i) => send(i)));
    expect(sent.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(3);
    expect(await usage()).toBeLessThanOrEqual(quotaBytes);
  });

  it('holds the quota though a hundred and fifty uploads begin together, and each thinks that it has room', async () => {
    const quotaBytes = 1_024_000;
    const tight = filesOf(depot, { ...tenant, quotaBytes });
    const begun = await Promise.all(
      Array.from({ length: 150 }, (_, i) => tight.receive(at(`/${i}.csv`), { kind: 'replace' })),
    );
    const pieces = [0, 1, 2].map((nth) => nth * 300_000);
    const sent = await Promise.allSettled(
      begun.map(async (inbound) => {
        for (const position of pieces) await inbound.write(Buffer.alloc(300_000), position);
        await inbound.commit();
      }),
    );
    expect(await usage()).toBeLessThanOrEqual(quotaBytes);
    const refused = sent.filter((each) => each.status === 'rejected');
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'quota_exceeded' });
    await Promise.all(begun.map((inbound) => inbound.abandon('over')));
    const last = await tight.receive(at('/last.csv'), { kind: 'replace' });
    await last.write(Buffer.alloc(quotaBytes - (await usage()) + 4096));
    await last.commit();
    const copies = Array.from({ length: 20 }, () => tight.receive(at('/last.csv'), { kind: 'append' }));
    for (const copy of await Promise.allSettled(copies))
      expect(copy).toMatchObject({ reason: { code: 'quota_exceeded' } });
  });
});

// eslint-disable-next-line @typescript-eslint/require-await -- an asynchronous source
async function* one(text: string): AsyncGenerator<string> {
  yield text;
}
