import { createHash, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import pino from 'pino';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { ArrivageError } from '../../src/errors.ts';
import type { Inbound } from '../../src/transfer/inbound.ts';
import type { VirtualPath } from '../../src/model/path.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import type { Spool } from '../../src/spool/spool.ts';
import { openLateCommits } from '../../src/transfer/late-commits.ts';
import { sweep } from '../../src/transfer/sweep.ts';
import { collect } from '../contract/spool.ts';
import { until } from '../support/clients.ts';
import { type Proxy, proxyTo } from '../support/proxy.ts';
import { type TestDepot, addTenant, filesOf, sharedDatabase, testDepot } from '../support/server.ts';

const database = sharedDatabase();
const path = '/a.csv' as VirtualPath;
/** A parameter of the statement that commits: what carries it makes the statement run. */
const sha256OfData = createHash('sha256').update('data').digest('hex');
let tenant: Tenant;
let direct: TestDepot;

beforeEach(async () => {
  direct = await testDepot({ database: database() });
  tenant = await addTenant(direct);
});

/** The depot as a server has it whose database is behind the proxy. */
async function behindProxy(): Promise<{ depot: TestDepot; proxy: Proxy }> {
  const proxy = await proxyTo(direct.database.url);
  const through = openDatabase(proxy.url, { max: 4 });
  onTestFinished(() => through.sql.end({ timeout: 0 }));
  return { depot: { ...direct, database: through }, proxy };
}

async function sending(depot: TestDepot, name = path): Promise<Inbound> {
  const inbound = await filesOf(depot, tenant).receive(name, { kind: 'replace' });
  await inbound.write(Buffer.from('data'));
  return inbound;
}

const rows = () => direct.database.sql`select id from uploads`;
const committed = async () => (await collect(direct.spool.committed.list('acme'))).map(({ id }) => id);
const later = (ms: number) => ({ ...direct, now: () => Date.now() + ms });

describe('when the database is away', () => {
  /** A whole file that was refused because the database was away. */
  async function refused(name = path): Promise<{ depot: TestDepot; proxy: Proxy }> {
    const { depot, proxy } = await behindProxy();
    const inbound = await sending(depot, name);
    inbound.setModified(new Date('2026-11-01T10:00:00Z'));
    proxy.stop();
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'database_unavailable' });
    return { depot, proxy };
  }

  /** As a server has it from its start on. */
  async function lateCommits(depot: TestDepot): Promise<void> {
    const late = openLateCommits(depot);
    onTestFinished(() => late.stop());
    await late.scan();
  }

  it('commits a whole file by itself once it is back, and lists it as a partial until then', async () => {
    const { depot, proxy } = await behindProxy();
    await lateCommits(depot);
    const inbound = await sending(depot);
    proxy.stop();
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(await direct.spool.partials.list('acme')).toMatchObject([{ path, size: 4, complete: true }]);
    await proxy.start();
    await until('it is on record', async () => (await rows()).length === 1);
    expect(await direct.database.sql`select path, door, username, sha256, size::int from uploads`).toMatchObject([
      { path, door: 'sftp', username: 'acme-export', sha256: sha256OfData, size: 4 },
    ]);
    expect(await direct.database.sql`select from graphile_worker.jobs`).toHaveLength(1);
    await until('nothing is left aside', async () => (await direct.spool.partials.list('acme')).length === 0);
  });

  it('commits what a process that is gone left so, with the time that its sender gave it', async () => {
    await refused();
    await lateCommits(direct);
    await until('it is on record', async () => (await rows()).length === 1);
    const [shown] = await direct.database.sql`select modified_at::text as at from view_files where path = ${path}`;
    expect(shown?.['at']).toMatch(/^2026-11-01/);
  });

  it('commits nothing in the place of a later file of the name, and drops it', async () => {
    await refused();
    await (await sending(direct)).commit();
    const [newer] = await rows();
    await lateCommits(direct);
    await until('nothing is left aside', async () => (await direct.spool.partials.list('acme')).length === 0);
    expect(await rows()).toEqual([newer]);
  });

  it('of two that were refused under one name, takes the later', async () => {
    await refused();
    await refused();
    const [, later] = (await direct.spool.partials.list('acme')).sort(
      (a, b) => (a.awaits?.at ?? 0) - (b.awaits?.at ?? 0),
    );
    await lateCommits(direct);
    await until('one is on record', async () => (await rows()).length > 0);
    await until('nothing is left aside', async () => (await direct.spool.partials.list('acme')).length === 0);
    expect(await rows()).toEqual([{ id: later?.id }]);
  });

  it('leaves a file to the sender that goes on with it', async () => {
    await refused();
    const resumed = await filesOf(direct, tenant).receive(path, { kind: 'resume', offset: 4 });
    await lateCommits(direct);
    await resumed.write(Buffer.from(' and more'));
    await resumed.abandon('cut off');
    await lateCommits(direct);
    // Tried more than once meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect(await rows()).toHaveLength(0);
    expect(await direct.spool.partials.list('acme')).toMatchObject([{ size: 13, complete: false }]);
  });

  it('commits nothing for a tenant that is suspended meanwhile, until it is let in again', async () => {
    await refused();
    await direct.database.sql`update tenants set state = 'suspended'`;
    await lateCommits(direct);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(await rows()).toHaveLength(0);
    await direct.database.sql`update tenants set state = 'live'`;
    await until('it is on record', async () => (await rows()).length === 1);
  });

  it('commits an empty file, too: a file that says "all is there" may hold nothing', async () => {
    const { depot, proxy } = await behindProxy();
    const inbound = await filesOf(depot, tenant).receive('/fin.txt' as VirtualPath, { kind: 'replace' });
    proxy.stop();
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'database_unavailable' });
    await lateCommits(direct);
    expect(await direct.database.sql`select path, size::int from uploads`).toEqual([{ path: '/fin.txt', size: 0 }]);
  });

  it('commits nothing that its sender has put under a temporary name meanwhile', async () => {
    await refused();
    const files = filesOf(direct, tenant);
    const aside = '/a.csv.part' as VirtualPath;
    await files.rename(path, aside);
    await lateCommits(direct);
    expect(await rows()).toHaveLength(0);
    await files.rename(aside, path);
    expect(await rows()).toHaveLength(1);
  });

  it('lets one that cannot be recorded hold up no other', async () => {
    const { sql } = direct.database;
    await sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'no room for %', new.path; end $$;
      create trigger refuse before insert on uploads for each row when (new.path = '/bad.csv') execute function refuse()`);
    await refused('/bad.csv' as VirtualPath);
    await refused();
    await lateCommits(direct);
    expect(await sql`select path from uploads`).toEqual([{ path }]);
    await sql`drop function refuse cascade`;
    await until('both are on record', async () => (await rows()).length === 2);
  });

  it('drops none for an earlier one of its name when the clock jumps ahead', async () => {
    await (await sending(direct)).commit();
    const { depot, proxy } = await behindProxy();
    const clock = { ahead: 0 };
    const watched = { ...depot, now: () => Date.now() + clock.ahead };
    await lateCommits(watched);
    const inbound = await sending(watched);
    proxy.stop();
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'database_unavailable' });
    clock.ahead = 86_400_000;
    await proxy.start();
    await until('both are on record', async () => (await rows()).length === 2);
  });

  it('puts none over one of its name where the clock has stepped back, so that nobody knows which is later', async () => {
    await refused();
    await (await sending(direct)).commit();
    const [newer] = await rows();
    await refused();
    await lateCommits(later(-3_600_000));
    expect(await rows()).toEqual([newer]);
    expect(await direct.spool.partials.list('acme')).toMatchObject([{ path, complete: true }]);
  });

  it('waits where another node is at it, and takes what a sender deleted for settled', async () => {
    await refused();
    let busy = true;
    const errors: string[] = [];
    const spool: Spool = {
      ...direct.spool,
      partials: {
        ...direct.spool.partials,
        open: (...args) =>
          busy ? Promise.reject(new ArrivageError('transfer_under_way')) : direct.spool.partials.open(...args),
      },
    };
    const log = pino({ level: 'error' }, { write: (line) => void errors.push(line) });
    await lateCommits({ ...direct, spool, log });
    busy = false;
    await until('it is on record', async () => (await rows()).length === 1);
    const gone = '/gone.csv' as VirtualPath;
    await refused(gone);
    await filesOf(direct, tenant).remove(gone);
    await lateCommits({ ...direct, log });
    expect(await rows()).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it('acknowledges nothing, keeps the bytes aside, and takes the file again once it is back', async () => {
    const { depot, proxy } = await behindProxy();
    const inbound = await sending(depot);
    proxy.stop();
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(await rows()).toHaveLength(0);
    expect(await committed()).toEqual([]);
    expect(await direct.spool.partials.list('acme')).toMatchObject([{ path, size: 4, complete: true }]);
    await proxy.start();
    expect(await filesOf(depot, tenant).stat(path)).toMatchObject({ state: 'partial', size: 4 });
    await (await sending(depot)).commit();
    expect(await rows()).toHaveLength(1);
    await until('the bytes kept aside are gone', async () => (await direct.spool.partials.list('acme')).length === 0);
  });

  it('keeps a file under its temporary name, so that the rename can be repeated', async () => {
    const { depot, proxy } = await behindProxy();
    const temporary = '/a.csv.part' as VirtualPath;
    await (await sending(depot, temporary)).commit();
    const files = filesOf(depot, tenant);
    proxy.stop();
    await expect(files.rename(temporary, path)).rejects.toMatchObject({ code: 'database_unavailable' });
    await proxy.start();
    await files.rename(temporary, path);
    expect(await files.stat(path)).toMatchObject({ state: 'upload', size: 4 });
  });

  it('acknowledges a commit whose answer was lost, once, because the row is there', async () => {
    const { depot, proxy } = await behindProxy();
    const inbound = await sending(depot);
    proxy.loseAnswerTo(sha256OfData, 'accept');
    await inbound.commit();
    expect((await rows()).map((row) => String(row['id']))).toEqual(await committed());
  });

  it('acknowledges nothing while the outcome is in doubt, and keeps the bytes of a row that is there', async () => {
    const { depot, proxy } = await behindProxy();
    const inbound = await sending(depot);
    proxy.loseAnswerTo(sha256OfData, 'refuse');
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'database_unavailable' });
    await until('the row is there', async () => (await rows()).length === 1);
    expect((await rows()).map((row) => String(row['id']))).toEqual(await committed());
    expect(await sweep(later(120_000), 3_600_000)).toEqual({
      expired: 0,
      takenBack: 0,
      restored: 0,
      missing: 0,
      strays: 0,
    });
  });

  it('does not wait for ever for one that says nothing', async () => {
    const { depot, proxy } = await behindProxy();
    const inbound = await sending(depot);
    proxy.freeze();
    const start = Date.now();
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(Date.now() - start).toBeLessThan(15_000);
    expect(await rows()).toHaveLength(0);
    proxy.stop();
    await sweep(later(120_000), 3_600_000);
    expect(await direct.spool.partials.list('acme')).toMatchObject([{ path, complete: true }]);
  }, 40_000);
});

describe('when the disk is full', () => {
  const failing =
    (method: 'sync' | 'write') =>
    (spool: Spool): Spool => ({
      ...spool,
      partials: {
        ...spool.partials,
        async create(...args) {
          const file = await spool.partials.create(...args);
          const full = () => Promise.reject(new ArrivageError('disk_full'));
          return new Proxy(file, {
            get: (target, key) => (key === method ? full : Reflect.get(target, key)) as unknown,
          });
        },
      },
    });

  it('refuses the write, and whatever the client does next never becomes an upload', async () => {
    const depot = await testDepot({ database: database(), wrapSpool: failing('write') });
    const inbound = await filesOf(depot, tenant).receive(path, { kind: 'replace' });
    await expect(inbound.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'disk_full' });
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'disk_full' });
    expect(await rows()).toHaveLength(0);
  });

  it('keeps no bytes of a door whose senders begin anew', async () => {
    const depot = await testDepot({ database: database(), wrapSpool: failing('sync') });
    const inbound = await filesOf(depot, tenant, 'http').receive(path, { kind: 'replace' });
    await inbound.write(Buffer.from('data'));
    await expect(inbound.commit()).rejects.toMatchObject({ code: 'disk_full' });
    expect(await depot.spool.partials.list('acme')).toEqual([]);
    expect(await depot.spool.usage('acme')).toBe(0);
  });

  it('acknowledges nothing that it could not flush', async () => {
    const depot = await testDepot({ database: database(), wrapSpool: failing('sync') });
    await expect((await sending(depot)).commit()).rejects.toMatchObject({ code: 'disk_full' });
    expect(await rows()).toHaveLength(0);
    expect(await depot.spool.partials.list('acme')).toMatchObject([{ size: 4, complete: false, open: false }]);
  });
});

describe('the sweep', () => {
  const chunks = (text: string) => Readable.from([text]);
  const stray = async (): Promise<string> => {
    const id = randomUUID();
    const file = await direct.spool.partials.create('acme', { id, path });
    await file.write(Buffer.from('data'), 0);
    await file.close();
    return id;
  };
  const record = (id: string) => direct.database.sql`
    insert into uploads (tenant_id, id, path, size, sha256, door) values ('acme', ${id}, ${path}, 4, 'x', 'sftp')`;

  it('makes committed bytes without a row a partial again, but not those of a commit under way', async () => {
    const id = await stray();
    await direct.spool.partials.promote('acme', id);
    expect(await sweep(direct, 3_600_000)).toMatchObject({ takenBack: 0 });
    expect(await committed()).toEqual([id]);
    expect(await sweep(later(61_000), 3_600_000)).toMatchObject({ takenBack: 1 });
    expect(await committed()).toEqual([]);
    expect(await direct.spool.partials.list('acme')).toMatchObject([{ id, path, complete: true }]);
  });

  it('gives a row its bytes back, where they were taken back too early', async () => {
    const id = await stray();
    await record(id);
    expect(await sweep(direct, 3_600_000)).toMatchObject({ restored: 1, missing: 0 });
    expect(await committed()).toEqual([id]);
  });

  it('reports an upload whose bytes are gone, unless they were purged', async () => {
    const id = randomUUID();
    await record(id);
    expect(await sweep(direct, 3_600_000)).toMatchObject({ missing: 1 });
    await direct.database.sql`update uploads set purged_at = now()`;
    await direct.database.sql`insert into view_files (tenant_id, path, upload_id) values ('acme', ${path}, ${id})`;
    expect(await sweep(direct, 3_600_000)).toMatchObject({ missing: 0 });
    expect(await direct.database.sql`select 1 from view_files`).toHaveLength(0);
  });

  it('lets a partial expire after its term, counted from its last byte, and never one that is being written', async () => {
    const id = await stray();
    await direct.spool.partials.note('acme', id, { modified: new Date(0) });
    const open = await filesOf(direct, tenant).receive('/open.csv' as VirtualPath, { kind: 'replace' });
    await open.write(Buffer.from('x'));
    expect(await sweep(later(3_500_000), 3_600_000)).toMatchObject({ expired: 0 });
    expect(await sweep(later(3_700_000), 3_600_000)).toMatchObject({ expired: 1 });
    await open.commit();
    expect(await rows()).toHaveLength(1);
  });

  it('removes report files that no row speaks of, but not while a sync may still speak of them', async () => {
    const [stray, kept] = [randomUUID(), randomUUID()];
    for (const id of [stray, kept]) await direct.spool.reports.put('acme', id, chunks('report'));
    const { sql } = direct.database;
    await sql`insert into report_files (tenant_id, name, id, sync_id, size) values ('acme', 'kept.txt', ${kept}, 1, 6)`;
    const left = async () => (await collect(direct.spool.reports.list('acme'))).map(({ id }) => id).sort();
    expect(await sweep(later(3_500_000), 3_600_000)).toMatchObject({ strays: 0 });
    await sql`insert into syncs (tenant_id, cause, state) values ('acme', 'test', 'running')`;
    expect(await sweep(later(3_700_000), 3_600_000)).toMatchObject({ strays: 0 });
    expect(await left()).toEqual([stray, kept].sort());
    await sql`update syncs set state = 'applied'`;
    expect(await sweep(later(3_700_000), 3_600_000)).toMatchObject({ strays: 1 });
    expect(await left()).toEqual([kept]);
  });

  it('leaves nothing in any area of a tenant that was deleted, but what is being written', async () => {
    const [, whole] = [await stray(), await stray()];
    await direct.spool.partials.promote('acme', whole);
    await direct.spool.reports.put('acme', randomUUID(), chunks('report'));
    await addTenant(direct, { id: 'other' });
    const open = await filesOf(direct, tenant).receive('/open.csv' as VirtualPath, { kind: 'replace' });
    await open.write(Buffer.from('x'));
    const { sql } = direct.database;
    await sql`delete from tenants where id = 'acme'`;
    await sql`
      insert into audit (tenant_id, actor, action, detail) values ('', 'ann', 'tenant.delete', ${sql.json({ tenant: 'acme' })})`;
    const names = async () => (await readdir(join(direct.dataDir, 'spool'), { recursive: true })).sort();
    expect(await sweep(later(3_500_000), 86_400_000)).toMatchObject({ strays: 0 });
    expect(await sweep(later(3_700_000), 86_400_000)).toMatchObject({ strays: expect.any(Number) as number });
    expect(await committed()).toEqual([]);
    expect((await names()).filter((name) => name.includes('/acme/')).map((name) => name.split('/')[0])).toEqual([
      'partial',
    ]);
    await expect(open.commit()).rejects.toMatchObject({ code: 'no_such_resource' });
    expect(await sweep(later(7_400_000), 86_400_000)).toMatchObject({ strays: expect.any(Number) as number });
    expect((await names()).filter((name) => name.includes('acme'))).toEqual([]);
  });

  it('lets partials of a deleted tenant expire, and never touches what was committed', async () => {
    const [partial, whole] = [await stray(), await stray()];
    await direct.spool.partials.promote('acme', whole);
    await direct.database.sql`delete from tenants`;
    expect(await sweep(later(3_500_000), 3_600_000)).toMatchObject({ expired: 0 });
    expect((await direct.spool.partials.list('acme')).map(({ id }) => id)).toEqual([partial]);
    expect(await sweep(later(3_700_000), 3_600_000)).toMatchObject({ expired: 1, takenBack: 0 });
    expect(await committed()).toEqual([whole]);
  });
});
