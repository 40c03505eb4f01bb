import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { readConfig } from '../../src/config.ts';
import { openConnector } from '../../src/pull/connector-store.ts';
import { openKeyring } from '../../src/secrets/open-keyring.ts';
import { lockedKey } from '../support/locked-key.ts';
import { openCli, type Cli } from './cli.ts';

const KEY = 'SHA256:' + 'A'.repeat(43);
const server = ['--protocol', 'sftp', '--host', 'files.example', '--username', 'acme', '--clients', 'clients.csv'];

function databaseOf(cli: Cli) {
  const database = openDatabase(cli.env['DATABASE_URL'] ?? '', { max: 2 });
  onTestFinished(() => database.close());
  return database;
}

async function connectorOf(cli: Cli, tenant: string, env: Record<string, string> = {}) {
  const keyring = await openKeyring(readConfig({ ARRIVAGE_DATA: cli.env['ARRIVAGE_DATA'], ...env }));
  return openConnector(databaseOf(cli).db, keyring, tenant);
}

async function withTenant(): Promise<Cli> {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  return cli;
}

const set = (cli: Cli, args: string[], input?: string) => cli.json(['connector', 'set', 'acme', ...args], input);

it('keeps a connector’s password sealed: no command shows it, and no column holds it', async () => {
  const cli = await withTenant();
  const made = await cli.run(['connector', 'set', 'acme', ...server, '--password-stdin'], { input: 'Pass-w0rd\n' });
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const shown = await cli.run(['connector', 'show', 'acme']);
  expect(shown.stdout).toContain('sftp://acme@files.example:22');
  expect(shown.stdout).toMatch(/signs in with +password/);
  const database = databaseOf(cli);
  const [row] = await database.sql`select to_jsonb(c)::text as c, (select jsonb_agg(a)::text from audit a) as a
    from connectors c`;
  for (const text of [made.stdout, shown.stdout, String(row?.['c']), String(row?.['a'])])
    expect(text).not.toContain('Pass-w0rd');
  expect(String(row?.['a'])).toContain('connector.set');
  expect(await connectorOf(cli, 'acme')).toMatchObject({ password: 'Pass-w0rd', port: 22, stableSeconds: 5 });
});

it('changes what is named and keeps the rest, the secrets and the host key with their server only', async () => {
  const cli = await withTenant();
  await set(cli, [...server, '--password-stdin', '--ecritures', 'gl_{yyyyMMdd}.csv', '--all', 'ecritures'], 'secret');
  await cli.json(['connector', 'confirm-host-key', 'acme', KEY]);
  expect(await set(cli, ['--clients', 'none', '--move-to', 'lus', '--done-file', 'fin.txt'])).toMatchObject({
    files: { ecritures: { pattern: 'gl_{yyyyMMdd}.csv', take: 'all' } },
    ...{ afterReading: { kind: 'move', folder: 'lus' }, doneFile: 'fin.txt', hostKey: KEY, hasPassword: true },
  });
  const elsewhere = await cli.run(['connector', 'set', 'acme', '--host', 'evil.example']);
  expect(elsewhere).toMatchObject({ code: 1, stdout: '' });
  expect(elsewhere.stderr).toContain('not sent to another');
  expect(await connectorOf(cli, 'acme')).toMatchObject({ host: 'files.example', password: 'secret' });
  expect(await set(cli, ['--host', 'new.example', '--password-stdin'], 'other')).toMatchObject({ hostKey: null });
  expect(await connectorOf(cli, 'acme')).toMatchObject({ host: 'new.example', password: 'other' });
});

it('takes a private key with its passphrase instead of a password', async () => {
  const cli = await withTenant();
  await set(cli, [...server, '--password-stdin'], 'secret');
  const privateKey = lockedKey('opens it');
  const key = await cli.file('id', privateKey);
  await set(cli, ['--private-key', key, '--passphrase-stdin'], 'opens it\n');
  expect(await connectorOf(cli, 'acme')).toMatchObject({ ...{ password: null, privateKey, passphrase: 'opens it' } });
});

it('says what is wrong with a connector', async () => {
  const cli = await withTenant();
  const wrong = async (...args: string[]) => {
    const ran = await cli.run(['connector', 'set', 'acme', ...args]);
    expect(ran.code, args.join(' ')).toBeGreaterThan(0);
    return ran.stderr;
  };
  expect(await wrong('--host', 'files.example')).toContain('protocol');
  expect(await wrong(...server, '--ecritures', 'gl_{yymd}.csv')).toContain('dates in braces');
  expect(await wrong(...server, '--contacts', '../c.csv')).toContain('without its folder');
  expect(await wrong(...server.slice(0, 6))).toContain('a file of at least one dataset');
  expect(await wrong(...server, '--username', 'a\nb')).toContain('no control characters');
  expect(await wrong(...server, '--delete', '--move-to', 'x')).toContain('cannot be used with');
  expect((await cli.run(['connector', 'show', 'acme'])).stderr).toContain('has no connector');
  expect((await cli.run(['connector', 'confirm-host-key', 'acme', 'md5:00'])).code).toBe(2);
});

it('forgets a connector with its secrets', async () => {
  const cli = await withTenant();
  await set(cli, [...server, '--password-stdin'], 'secret');
  await cli.json(['connector', 'remove', 'acme']);
  expect(await databaseOf(cli).sql`select 1 from connectors`).toHaveLength(0);
  expect((await cli.run(['connector', 'remove', 'acme'])).code).toBe(1);
});

it('rotates the key of the key file: everything opens under the new one alone', async () => {
  const cli = await withTenant();
  await set(cli, [...server, '--password-stdin'], 'secret');
  const file = join(cli.env['ARRIVAGE_DATA'] ?? '', 'identity', 'master_keys');
  const before = await readFile(file, 'utf8');
  const rotated = await cli.json<{ current: string; secrets: number; retired: string[] }>(['secrets', 'rotate']);
  expect(rotated).toMatchObject({ secrets: 1, retired: [before.split(':')[0]] });
  expect(await readFile(file, 'utf8')).toMatch(new RegExp(`^${rotated.current}:[^,]+\n$`));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await connectorOf(cli, 'acme')).toMatchObject({ password: 'secret' });
});

it('rotates under the first key of the setting, and names those that are no longer needed', async () => {
  const cli = await withTenant();
  const key = (id: string, fill: number) => `${id}:${Buffer.alloc(32, fill).toString('base64')}`;
  const old = { ARRIVAGE_MASTER_KEYS: key('old', 1) };
  const args = ['connector', 'set', 'acme', ...server, '--password-stdin'];
  expect((await cli.run(args, { input: 'secret', env: old })).code).toBe(0);
  const both = { ARRIVAGE_MASTER_KEYS: `${key('new', 2)},${key('old', 1)}` };
  const rotated = await cli.run(['secrets', 'rotate'], { env: both });
  expect(rotated.stdout).toContain('No longer needed: "old". Take it out of ARRIVAGE_MASTER_KEYS.');
  expect(await connectorOf(cli, 'acme', { ARRIVAGE_MASTER_KEYS: key('new', 2) })).toMatchObject({ password: 'secret' });
});

it('changes nothing where a secret was sealed with a key that is gone', async () => {
  const cli = await withTenant();
  await set(cli, [...server, '--password-stdin'], 'secret');
  const elsewhere = join(cli.folder, 'other');
  await mkdir(elsewhere);
  const failed = await cli.run(['secrets', 'rotate'], { env: { ARRIVAGE_DATA: elsewhere } });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('The master key');
  expect(await connectorOf(cli, 'acme')).toMatchObject({ password: 'secret' });
});
