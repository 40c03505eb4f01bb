import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openCli, type Cli } from '../cli/cli.ts';
import { run, until } from '../support/clients.ts';
import { binaries, hasPostgres, startPostgres } from '../support/postgres.ts';
import { addTenant, openSession, openSql, startServer } from './server-world.ts';

vi.setConfig({ testTimeout: 480_000 });

const clientsFile = (code: string) => `Code client;Raison sociale\r\n${code};Société ${code}\r\n`;

/** A program of Postgres that must do well. */
async function program(name: string, args: string[]): Promise<void> {
  const ran = await run(join(binaries, name), args, { timeoutMs: 120_000 });
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
}

/** Sends files of one row, one after the other, until `stop`; `sent` are those that were acknowledged. */
async function startSender(port: number, who: string) {
  const session = await openSession(port, 'acme');
  const sent: string[] = [];
  const over = new AbortController();
  const sending = (async () => {
    for (let i = 0; !over.signal.aborted; i++) {
      const upload = await session.open(`/${who}${i}.csv`);
      await upload.write(clientsFile(`${who}${i}`));
      await upload.close();
      sent.push(`${who}${i}`);
    }
  })();
  const stop = async () => {
    over.abort();
    await sending;
  };
  return { sent, stop };
}

/** Sends files once more, as a job does that was told that they are lost. */
async function sendAgain(port: number, codes: readonly string[]): Promise<void> {
  const session = await openSession(port, 'acme');
  for (const code of codes) {
    const upload = await session.open(`/${code}.csv`);
    await upload.write(clientsFile(code));
    await upload.close();
  }
}

/** As docs/operations.md says: the database first, then the data folder. @returns the two files */
async function backUp({ env, folder }: Cli): Promise<{ dump: string; tar: string }> {
  const [dump, tar] = [join(folder, 'arrivage.dump'), join(folder, 'arrivage.tar')];
  await program('pg_dump', ['-Fc', '-f', dump, env['DATABASE_URL'] ?? '']);
  const { code, stderr } = await run('tar', [
    '-C',
    env['ARRIVAGE_DATA'] ?? '',
    '--exclude',
    './postgres',
    '-cf',
    tar,
    '.',
  ]);
  // 1: a file changed or vanished as it was read, as partials do.
  expect([0, 1], stderr).toContain(code);
  return { dump, tar };
}

/** A server of the customer that nobody is to call. */
async function customersServer(): Promise<{ port: number; calls: () => number }> {
  let calls = 0;
  const server = createServer((socket) => {
    calls++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, calls: () => calls };
}

it.skipIf(!hasPostgres)(
  'a backup taken under load holds everything acknowledged before it began; its copy fetches nothing, and doubles nothing',
  async () => {
    const urlOf = await startPostgres();
    await program('createdb', ['--maintenance-db', urlOf('postgres'), 'arrivage']);
    const cli = await openCli({ embedded: true });
    cli.env['DATABASE_URL'] = urlOf('arrivage');
    await addTenant(cli, 'acme');
    const theirs = await customersServer();
    const connector = ['--protocol', 'sftp', '--host', '127.0.0.1', '--port', String(theirs.port), '--username', 'x'];
    await cli.json(['connector', 'set', 'acme', ...connector, '--password-stdin', '--clients', '*.csv'], 'secret');
    await cli.json(['schedule', 'set', 'acme', '--at', 'mon-fri 06:30']);

    const { server, ports } = await startServer(cli);
    const senders = [await startSender(ports.sftp, 'a'), await startSender(ports.sftp, 'b')];
    await until('files go in', () => senders.every(({ sent }) => sent.length >= 10), 60_000);
    const before = senders.flatMap(({ sent }) => [...sent]);
    const { dump, tar } = await backUp(cli);
    const after = senders.map(({ sent }) => sent.length + 5);
    await until('more go in', () => senders.every(({ sent }, i) => sent.length >= (after[i] ?? 0)), 60_000);
    for (const { stop } of senders) await stop();
    const all = senders.flatMap(({ sent }) => sent);
    server.signal('SIGKILL');
    await server.ended;

    // On another machine, as it were.
    await program('createdb', ['--maintenance-db', urlOf('postgres'), 'restored']);
    await program('pg_restore', ['-d', urlOf('restored'), dump]);
    const data = join(cli.folder, 'restored');
    await mkdir(data, { mode: 0o700 });
    expect(await run('tar', ['-C', data, '-xf', tar])).toMatchObject({ code: 0 });
    Object.assign(cli.env, { DATABASE_URL: urlOf('restored'), ARRIVAGE_DATA: data });
    const sql = openSql(cli);
    await sql`update schedules set next_run = now() - interval '1 minute'`;
    const [held] = await sql`select state, count(*)::int from uploads where state = 'waiting' group by 1`;

    const silent = await startServer(cli, { ARRIVAGE_ROLES: 'api', ARRIVAGE_ALLOW_PRIVATE_TARGETS: 'on' });
    expect((await fetch(`http://127.0.0.1:${silent.ports.http}/readyz`)).status).toBe(200);
    await cli.json(['connector', 'remove', 'acme']);
    await cli.json(['schedule', 'remove', 'acme']);
    expect(await sql`select from syncs where cause = 'schedule'`).toEqual([]);
    const [still] = await sql`select state, count(*)::int from uploads where state = 'waiting' group by 1`;
    expect(still).toEqual(held);
    silent.server.signal('SIGTERM');
    expect(await silent.server.ended).toBe(0);

    const copy = await startServer(cli, { ARRIVAGE_ALLOW_PRIVATE_TARGETS: 'on' });
    const imported = async () =>
      (await sql<{ code: string }[]>`select client_code as code from clients`).map(({ code }) => code);
    const open = () =>
      sql`select from uploads where state = 'waiting' union all select from syncs where state in ('queued', 'running')`;
    await until('what waited is imported', async () => (await open()).length === 0, 120_000);
    const restored = await imported();
    expect(before.filter((code) => !restored.includes(code))).toEqual([]);
    const uploads = await sql<{ path: string }[]>`select path from uploads`;
    expect(uploads.map(({ path }) => path).sort()).toEqual(restored.map((code) => `/${code}.csv`).sort());
    const [inserted] = await sql<{ rows: number }[]>`select sum(inserted)::int as rows from sync_files`;
    expect(inserted?.rows).toBe(restored.length);
    expect(copy.server.stdout()).not.toContain('ARE MISSING FROM THE SPOOL');

    // The jobs send everything again.
    await sendAgain(copy.ports.sftp, all);
    await until('what came again is imported', async () => (await open()).length === 0, 120_000);
    expect((await imported()).sort()).toEqual([...all].sort());
    const [twice] = await sql<{ rows: number }[]>`select sum(inserted)::int as rows from sync_files`;
    expect(twice?.rows).toBe(all.length);
    expect(theirs.calls()).toBe(0);
    console.log(`${before.length} before, ${restored.length} restored, ${all.length} in all`);
  },
);
