import ssh2 from 'ssh2';
import { expect, it, vi } from 'vitest';
import { openCli } from '../cli/cli.ts';
import { until } from '../support/clients.ts';
import { addTenant, openSql, PASSWORD, startServer } from './server-world.ts';

vi.setConfig({ testTimeout: 240_000 });

const ROUNDS = 6;
const ROWS = 2000;
const TENANTS = ['acme', 'beta'];
/** After a restart, everything acknowledged is imported within this time. */
const RECOVERY_MS = 60_000;

/** Clients that no other file names, so that every row tells which file brought it. */
function clientsOf(file: string): Buffer {
  const lines = Array.from({ length: ROWS }, (_, i) => `${file}-${i};Société ${i} née de ${file};3000${i % 10};Nîmes`);
  return Buffer.from(`Code client;Raison sociale;CP;Ville\r\n${lines.join('\r\n')}\r\n`);
}

/** Puts files one after the other until the server is gone. */
async function sendUntilKilled(port: number, tenant: string, round: number, acknowledged: string[]): Promise<void> {
  const client = new ssh2.Client();
  const gone = new Promise<never>((_, reject) => {
    client.once('error', reject).once('close', () => reject(new Error('closed')));
  });
  gone.catch(() => undefined);
  try {
    client.connect({ host: '127.0.0.1', port, username: `${tenant}-export`, password: PASSWORD, readyTimeout: 30_000 });
    await Promise.race([new Promise<void>((resolve) => client.once('ready', () => resolve())), gone]);
    const sftp = await Promise.race([
      new Promise<ssh2.SFTPWrapper>((resolve, reject) => {
        client.sftp((error, opened) => (error ? reject(error) : resolve(opened)));
      }),
      gone,
    ]);
    for (let i = 0; ; i++) {
      const name = `${tenant}-${round}-${i}`;
      const put = new Promise<void>((resolve, reject) => {
        sftp.writeFile(`/clients-${name}.csv`, clientsOf(name), (error) => (error ? reject(error) : resolve()));
      });
      await Promise.race([put, gone]);
      acknowledged.push(name);
    }
  } catch {
    // The server was killed: whatever was not acknowledged may be sent again.
  } finally {
    client.destroy();
  }
}

it(`imports every acknowledged file exactly once although the server is killed ${ROUNDS} times`, async () => {
  const cli = await openCli();
  const sql = openSql(cli);
  for (const tenant of TENANTS) await addTenant(cli, tenant);
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { server, ports } = await startServer(cli);
    const before = acknowledged.length;
    const sending = TENANTS.map((tenant) => sendUntilKilled(ports.sftp, tenant, round, acknowledged));
    await until('a file is acknowledged', () => acknowledged.length > before, 30_000);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 800));
    server.signal('SIGKILL');
    await Promise.all([server.ended, ...sending]);
  }

  await startServer(cli);
  const left = async () => {
    const [row] = await sql<{ n: number }[]>`
      select (select count(*)::int from uploads where state = 'waiting')
           + (select count(*)::int from syncs where state in ('queued', 'running')) as n`;
    return row?.n;
  };
  await until('nothing waits or runs', async () => (await left()) === 0, RECOVERY_MS);

  // What was committed but not acknowledged in time is imported as well.
  const uploads = await sql<{ id: string; name: string }[]>`
    select id::text, substring(path from '/clients-(.*)[.]csv') as name from uploads`;
  const names = uploads.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(acknowledged));
  expect(new Set(names).size).toBe(names.length);
  expect(await sql`select distinct state from syncs`).toEqual([{ state: 'applied' }]);
  const imported = await sql<{ upload: string; read: number; inserted: number }[]>`
    select upload_id::text as upload, read, inserted from sync_files`;
  expect(imported.filter(({ read, inserted }) => read !== ROWS || inserted !== ROWS)).toEqual([]);
  expect(imported.map(({ upload }) => upload).sort()).toEqual(uploads.map(({ id }) => id).sort());
  const rows = await sql<{ name: string; n: number }[]>`
    select regexp_replace(client_code, '-[0-9]+$', '') as name, count(*)::int as n from clients group by 1`;
  expect(rows.map(({ name }) => name).sort()).toEqual(names.sort());
  expect(rows.filter(({ n }) => n !== ROWS)).toEqual([]);
  expect(
    await sql`select 1 from graphile_worker._private_jobs where last_error is not null and attempts >= max_attempts`,
  ).toEqual([]);
});
