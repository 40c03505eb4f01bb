import { createServer, type AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { makeOwn } from '../../src/identity/certificate.ts';
import { run } from '../support/clients.ts';
import { openCli, type Cli } from './cli.ts';

interface Doctor {
  ok: boolean;
  checks: { name: string; level: string; text: string }[];
}

async function doctor(cli: Cli, env: Record<string, string> = {}): Promise<Doctor & { code: number | null }> {
  const { code, stdout } = await cli.run(['doctor', '--json'], { env });
  return { code, ...(JSON.parse(stdout) as Doctor) };
}

const of = ({ checks }: Doctor, name: string) => checks.find((check) => check.name === name);

it('finds what is wrong with ports, database and disk, and says what to do', async () => {
  const cli = await openCli();
  const ports = (await cli.start(['serve', '--json']).event('started')) as Record<string, number>;
  const known = Object.fromEntries(
    (['sftp', 'ftp', 'ftps', 'http'] as const).map((door) => [
      `ARRIVAGE_${door.toUpperCase()}_PORT`,
      String(ports[door]),
    ]),
  );
  const well = await doctor(cli, known);
  expect(well).toMatchObject({ code: 0, ok: true });
  for (const door of ['SFTP', 'FTP', 'FTPS', 'HTTP'])
    expect(of(well, `${door} port`)?.text).toContain('arrivage answers');
  expect(of(well, 'Imports')).toMatchObject({ level: 'ok' });
  expect(of(well, 'Master keys')).toMatchObject({ level: 'ok' });

  const taken = createServer((socket) => socket.end('220 somebody else\r\n')).listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const port = String((taken.address() as AddressInfo).port);
  const ill = await cli.run(['doctor'], {
    env: { ARRIVAGE_FTP_PORT: port, DATABASE_URL: 'postgres://x@127.0.0.1:1/x' },
  });
  expect(ill.code).toBe(1);
  expect(ill.stdout).toMatch(/FAIL +FTP port +FTP cannot listen on .*in use/);
  expect(ill.stdout).toMatch(/FAIL +Database +.*cannot be reached/);
  expect(ill.stderr).toMatch(/^arrivage: 2 of \d+ checks failed\.\n$/);
});

it('makes nothing: no folder, no key, no certificate, no Postgres', async () => {
  const cli = await openCli({ embedded: true });
  const found = await doctor(cli);
  expect(found.code).toBe(0);
  for (const name of ['Data folder', 'Host key', 'TLS', 'Database'])
    expect(of(found, name)).toMatchObject({
      level: 'ok',
      text: expect.stringContaining('first start makes') as string,
    });
  expect(await readdir(cli.folder)).toEqual([]);
});

it('keeps a certificate that its clock takes for expired, and tells keys that others may read', async () => {
  const cli = await openCli();
  const folder = join(cli.folder, 'data/identity');
  await mkdir(folder, { recursive: true });
  const past = new Date('2020-01-01T00:00:00Z');
  const pem = makeOwn(['localhost'], past);
  await writeFile(join(folder, 'tls.pem'), pem, { mode: 0o644 });
  const found = await doctor(cli);
  expect(of(found, 'TLS')).toMatchObject({ level: 'warn', text: expect.stringContaining('2022-') as string });
  expect(of(found, 'Keys')).toMatchObject({ level: 'warn', text: expect.stringContaining('0644') as string });
  expect(of(found, 'Clock')).toMatchObject({ level: 'ok' });
  expect(await readFile(join(folder, 'tls.pem'), 'utf8')).toBe(pem);
});

it.runIf(process.getuid?.() === 0)('fails where no byte is free, or no file can be made', async () => {
  const cli = await openCli();
  const data = join(cli.folder, 'data');
  await mkdir(data);
  for (const [options, said] of [
    ['size=4k', /0\.0 GB free$/],
    ['nr_inodes=1', /inodes/],
  ] as const) {
    expect(await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', data])).toMatchObject({ code: 0 });
    try {
      if (options === 'size=4k') await writeFile(join(data, 'full'), Buffer.alloc(4096));
      const full = await doctor(cli);
      expect([full.code, of(full, 'Data folder')]).toMatchObject([
        1,
        { level: 'fail', text: expect.stringMatching(said) as string },
      ]);
    } finally {
      await run('umount', [data]);
    }
  }
});

it('looks at a database without changing it', async () => {
  const cli = await openCli();
  const sql = postgres(cli.env['DATABASE_URL'] ?? '', { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end());
  await sql`delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`;
  expect(of(await doctor(cli), 'Database')).toMatchObject({
    level: 'warn',
    text: expect.stringMatching(/, 1 of our migrations behind/) as string,
  });
  await sql.unsafe('drop schema public cascade; drop schema drizzle cascade; create schema public');
  expect(of(await doctor(cli), 'Database')).toMatchObject({
    level: 'ok',
    text: expect.stringContaining('empty') as string,
  });
  expect(await sql`select to_regclass('drizzle.__drizzle_migrations') as made`).toEqual([{ made: null }]);
});

it('finds master keys that are damaged, and others than those that sealed', async () => {
  const cli = await openCli();
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme']);
  const connector = ['--protocol', 'sftp', '--host', 'files.example', '--username', 'acme', '--clients', 'clients.csv'];
  await cli.json(['connector', 'set', 'acme', ...connector, '--password-stdin'], 'secret');
  expect(of(await doctor(cli), 'Master keys')).toMatchObject({
    level: 'ok',
    text: expect.stringContaining('1 stored') as string,
  });
  const file = join(cli.folder, 'data/identity/master_keys');
  await writeFile(file, 'damaged');
  const damaged = await doctor(cli);
  expect(damaged.code).toBe(1);
  expect(of(damaged, 'Master keys')).toMatchObject({
    level: 'fail',
    text: expect.stringContaining('holds no master keys') as string,
  });
  expect(of(damaged, 'TLS')).toBeDefined();
  await rm(file);
  expect(of(await doctor(cli), 'Master keys')).toMatchObject({
    level: 'fail',
    text: expect.stringContaining('1 of 1 stored') as string,
  });
});
