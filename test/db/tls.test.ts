import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { startEmbedded } from '../../src/embedded-postgres/start.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { makeOwn } from '../../src/identity/certificate.ts';
import { until } from '../support/clients.ts';

/** A Postgres with a certificate that nobody signed. */
async function serverWithTls(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-tls-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const embedded = await startEmbedded(folder);
  onTestFinished(() => embedded.stop({ force: true }));
  const pem = join(embedded.folder, 'data/server.pem');
  const { uid, gid } = await stat(join(embedded.folder, 'data'));
  await writeFile(pem, makeOwn(['127.0.0.1'], new Date()), { mode: 0o600 });
  await chown(pem, uid, gid);
  const database = openDatabase(embedded.url, { max: 1 });
  const { sql } = database;
  await sql`alter system set ssl_cert_file = 'server.pem'`;
  await sql`alter system set ssl_key_file = 'server.pem'`;
  await sql`alter system set ssl = on`;
  await sql`select pg_reload_conf()`;
  await until('it speaks TLS', async () => (await sql`show ssl`)[0]?.['ssl'] === 'on');
  await database.close();
  return embedded.url;
}

it('reads sslmode as psql does, with each of its drivers: require asks for no signature, verify-full does', async () => {
  const url = await serverWithTls();
  await expect(migrateDatabase(`${url}?sslmode=require`)).resolves.toEqual({ pooled: false });
  await expect(migrateDatabase(`${url}?sslmode=verify-full`)).rejects.toThrow(/self-signed certificate/);
});
