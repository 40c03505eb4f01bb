import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { connectors, fetchedFiles, schedules } from '../../src/db/schema/pull.ts';
import { apiKeys } from '../../src/db/schema/api.ts';
import { advanceNow } from '../../src/db/queries/jobs.ts';
import { audit, mappings } from '../../src/db/schema/tables.ts';
import { removeFormer, removeTenant } from '../../src/transfer/remove-tenant.ts';
import type { VirtualPath } from '../../src/model/path.ts';
import { createEvents } from '../../src/events.ts';
import { openLog } from '../../src/log.ts';
import { sweep } from '../../src/transfer/sweep.ts';
import { collect } from '../contract/spool.ts';
import { addTenant, filesOf, testDepot } from '../support/server.ts';
import { openBench } from '../sync/pipeline.ts';

const clients = 'Code client;Raison sociale\nC1;Dupont\n;Sans code\n';

it('leaves nothing of a tenant, in no table, no queue and no folder, and all of the others', async () => {
  const bench = await openBench();
  const { db, sql } = bench.database;
  for (const id of ['acme', 'other']) {
    await bench.tenant(id);
    await bench.send(id, 'clients.csv', clients);
    await bench.advance(id);
    await bench.send(id, 'clients.csv', clients.replace('Dupont', 'Dupond'));
    await bench.advance(id);
    await bench.send(id, 'contacts.csv', 'Code client;Nom;Email\nC1;Martin;m@example.org\n');
    await bench.send(id, 'ecritures.csv', 'Code client;N° pièce;Date;Montant\nC1;F1;01/11/2026;10,00\n');
    await bench.advance(id);
    await bench.send(id, 'more.csv', clients);
    const tenantId = id;
    await db.insert(mappings).values({ tenantId, dataset: 'clients', version: 1, mapping: {} });
    await db.insert(schedules).values({ tenantId, slots: [] });
    await db.insert(connectors).values({ tenantId, protocol: 'sftp', host: 'h', port: 22, username: 'u', files: {} });
    await db.insert(audit).values({ tenantId, actor: 'ann', action: 'tenant.create' });
    const key = { name: 'k', scope: 'read', hash: Buffer.from(id), prefix: 'a', createdBy: 'ann' } as const;
    await db.insert(apiKeys).values({ tenantId, ...key });
    const taken = { name: 'a.csv', size: 1, modifiedAt: new Date(), sha256: 'a'.repeat(64) };
    await db.insert(fetchedFiles).values({ tenantId, ...taken, uploadId: '00000000-0000-4000-8000-000000000000' });
    await sql`select ${advanceNow(sql, id)}`;
  }
  const held = async (id: string) => {
    const tables = await sql<{ name: string }[]>`
      select table_name as name from information_schema.columns
      where table_schema = current_schema() and column_name = 'tenant_id' order by 1`;
    const found: Record<string, number> = {};
    for (const { name } of tables) {
      const [row] = await sql<{ n: number }[]>`select count(*)::int as n from ${sql(name)} where tenant_id = ${id}`;
      if (row && row.n > 0) found[name] = row.n;
    }
    const jobs = await sql`select from graphile_worker._private_jobs where payload->>'tenant' = ${id}`;
    return { ...found, jobs: jobs.length, bytes: await bench.spool.usage(id) };
  };
  const before = await held('other');
  expect(Object.keys(await held('acme'))).toEqual(Object.keys(before));
  expect(before).toMatchObject({ clients: 1, contacts: 1, ecritures: 1, changes: 1, rejections: 2, audit: 1 });
  expect(before.bytes).toBeGreaterThan(0);

  await removeTenant({ database: bench.database, spool: bench.spool }, 'acme', 'test');
  expect(await held('acme')).toEqual({ jobs: 0, bytes: 0 });
  expect(await sql`select id from tenants`).toEqual([{ id: 'other' }]);
  expect(await held('other')).toEqual(before);
  // Again, as after a call that was cut off; and a job that was under way finds nothing to do.
  await removeTenant({ database: bench.database, spool: bench.spool }, 'acme', 'test');
  await bench.advance('acme');
});

it('refuses what was still coming in, and leaves no bytes and no folder of it', async () => {
  const depot = await testDepot();
  const tenant = await addTenant(depot);
  const files = filesOf(depot, tenant, 'http');
  const send = async (name: string) => {
    const inbound = await files.receive(`/${name}` as VirtualPath, { kind: 'replace' });
    await inbound.write(Buffer.from(clients));
    return inbound;
  };
  const before = await send('before.csv');
  await removeTenant(depot, 'acme', 'test');
  await expect(before.commit()).rejects.toMatchObject({ code: 'transfer_incomplete' });
  expect(await readdir(join(depot.dataDir, 'spool'), { recursive: true })).toEqual(['partial']);
  const after = await send('after.csv');
  await expect(after.commit()).rejects.toMatchObject({ code: 'no_such_resource' });
  expect(await depot.spool.usage('acme')).toBe(0);
});

it('leaves nothing of a tenant that is deleted during its sync, once the spool is swept', async () => {
  const bench = await openBench();
  const { database, spool } = bench;
  await bench.tenant('acme');
  await bench.send('acme', 'clients.csv', clients);
  const put = spool.reports.put.bind(spool);
  let removal: Promise<void> | undefined;
  spool.reports.put = async (...given) => {
    removal ??= removeTenant({ database, spool }, 'acme', 'test');
    return put(...given);
  };
  await bench.advance('acme').catch(() => undefined);
  await removal;
  // A sync on another node, which learns of it later still.
  await put('acme', randomUUID(), Readable.from(['report']));
  const events = createEvents(() => undefined);
  const depot = { database, spool, events, log: openLog('silent') };
  await sweep({ ...depot, now: () => Date.now() + 7_200_000 }, 86_400_000);
  expect(await collect(spool.reports.list('acme'))).toEqual([]);
  expect(await spool.tenants()).toEqual([]);
});

it('hands nothing of a deleted tenant on to one that gets its id again', async () => {
  const depot = await testDepot();
  const left = async (area: 'partial' | 'committed') => {
    const id = randomUUID();
    const file = await depot.spool.partials.create('acme', { id, path: '/secret.csv' as VirtualPath });
    await file.write(Buffer.from(clients), 0);
    await file.sync();
    await file.close();
    if (area === 'committed') await depot.spool.partials.promote('acme', id);
  };
  await addTenant(depot);
  await removeTenant(depot, 'acme', 'test');
  // A session on another node, or the deletion that was killed before its end.
  await left('partial');
  await left('committed');
  await removeFormer(depot, 'acme');
  const again = await addTenant(depot);
  await sweep({ ...depot, now: () => Date.now() + 7_200_000 }, 86_400_000);
  expect(await depot.spool.partials.list(again.id)).toEqual([]);
  expect(await collect(depot.spool.committed.list(again.id))).toEqual([]);
  expect(await depot.spool.usage(again.id)).toBe(0);
});

it('keeps what lies there for a tenant that this database never knew: a restored one may know less', async () => {
  const depot = await testDepot();
  await depot.spool.reports.put('acme', randomUUID(), Readable.from(['report']));
  await removeFormer(depot, 'acme');
  expect(await collect(depot.spool.reports.list('acme'))).toHaveLength(1);
});
