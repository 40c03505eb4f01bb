import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { startEmbedded } from '../../src/embedded-postgres/start.ts';
import { until } from '../support/clients.ts';
import { type Cli, openCli } from './cli.ts';

async function refusals(cli: Cli, reason: RegExp, url: string): Promise<void> {
  const env = { DATABASE_URL: url };
  const doctor = await cli.run(['doctor'], { env });
  expect([doctor.code, doctor.stdout]).toEqual([
    1,
    expect.stringMatching(new RegExp(`FAIL +Database .*${reason.source}`)),
  ]);
  const serve = await cli.run(['serve'], { env });
  expect([serve.code, serve.stderr]).toEqual([1, expect.stringMatching(reason)]);
  expect(serve.stderr).not.toMatch(/start it/);
}

it('says that a database is read-only by its settings, and is not ready once it becomes so', async () => {
  const cli = await openCli();
  const url = cli.env['DATABASE_URL'] ?? '';
  const { http } = (await cli.start(['serve', '--json']).event('started')) as { http: number };
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end());
  await sql.unsafe(`alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  await refusals(cli, /default_transaction_read_only/, url);
  const ready = async () => (await fetch(`http://127.0.0.1:${http}/readyz`)).text();
  await until('it is not ready', async () => (await ready()).includes('default_transaction_read_only'));
});

it('tells a standby from a database that is away', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-standby-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // A primary that is told to stand by: it recovers for ever, and answers reads.
  const first = await startEmbedded(folder);
  await first.stop();
  await writeFile(join(first.folder, 'data/standby.signal'), '');
  const standby = await startEmbedded(folder);
  onTestFinished(() => standby.stop({ force: true }));
  await refusals(await openCli(), /a standby \(pg_is_in_recovery\)/, standby.url);
});
