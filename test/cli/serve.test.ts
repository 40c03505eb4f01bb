import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { Client } from 'basic-ftp';
import ssh2 from 'ssh2';
import { expect, it, onTestFinished } from 'vitest';
import { makeOwn } from '../../src/identity/certificate.ts';
import { pushOverFtps, pushOverSftp } from '../../src/demo/push.ts';
import { until } from '../support/clients.ts';
import { openCli, type Cli } from './cli.ts';
import { freePort, isOpen } from '../support/ports.ts';
import type { Started } from '../support/started.ts';

const clients = { name: 'clients.csv', bytes: Buffer.from('Code client;Raison sociale\nC1;Dupont\n') };

interface Ports {
  sftp: number;
  ftp: number;
  ftps: number;
  http: number;
}

async function serving(cli: Cli, env: Record<string, string> = {}): Promise<{ server: Started; ports: Ports }> {
  const server = cli.start(['serve', '--json'], env);
  return { server, ports: (await server.event('started')) as unknown as Ports };
}

async function addAcme(cli: Cli): Promise<{ username: string; password: string }> {
  await cli.json(['tenant', 'create', 'acme', '--name', 'Acme', '--live', '--trigger', 'each']);
  await cli.json(['credential', 'add', 'acme', 'acme-export', '--password-stdin'], 'secret');
  return { username: 'acme-export', password: 'secret' };
}

const states = async (cli: Cli) =>
  (await cli.json<{ state: string }[]>(['sync', 'list', 'acme'])).map(({ state }) => state);

it('serves on its own Postgres, takes commands beside it, and leaves nothing running', async () => {
  const cli = await openCli({ embedded: true });
  const login = await addAcme(cli);
  const { server, ports } = await serving(cli);
  await pushOverSftp({ ...login, port: ports.sftp }, () => true, [clients]);
  await until('the file is imported', async () => (await states(cli))[0] === 'applied', 60_000);
  const health = await fetch(`http://127.0.0.1:${ports.http}/readyz`);
  expect(await health.json()).toMatchObject({ status: 'ok', checks: { database: 'ok', disk: 'ok' } });
  expect(await (await fetch(`http://127.0.0.1:${ports.http}/metrics`)).text()).toContain(
    'arrivage_uploads_total{door="sftp"} 1',
  );
  expect(await cli.json(['status'])).toMatchObject({ workerRunning: true });

  const began = Date.now();
  server.signal('SIGTERM');
  expect(await server.ended).toBe(0);
  // Nothing was under way, so nothing was waited for.
  expect(Date.now() - began).toBeLessThan(20_000);
  expect(existsSync(join(cli.folder, 'data/postgres/data/postmaster.pid'))).toBe(false);
  expect(await states(cli)).toEqual(['applied']);
});

it('imports through a running server as through a door', async () => {
  const cli = await openCli();
  await addAcme(cli);
  await serving(cli);
  await cli.file('clients.csv', clients.bytes);
  expect(await cli.json(['import', 'acme', 'clients.csv'])).toMatchObject([{ state: 'applied' }]);
});

it('says how to reach it and by what to know it', async () => {
  const cli = await openCli();
  const server = cli.start(['serve'], { ARRIVAGE_HTTP_PORT: 'off' });
  await until('it is ready', () => server.stdout().includes('Database'), 60_000);
  const said = server.stdout();
  for (const line of [/SFTP +127\.0\.0\.1:\d+\n/, /FTP +127\.0\.0\.1:\d+ \(explicit TLS; passive ports 50000-50100\)/])
    expect(said).toMatch(line);
  expect(said).toMatch(/Host key +ssh-ed25519 SHA256:/);
  expect(said).toMatch(/TLS +SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}, self-signed/);
  expect(said).toContain(join(cli.folder, 'data'));
  expect(said).not.toMatch(/HTTP +127/);
  // The password of the database is nobody's business.
  expect(said).not.toContain(new URL(cli.env['DATABASE_URL'] ?? '').password);
});

it('opens the ports that tenants are given while it runs, for them alone, and closes them again', async () => {
  const cli = await openCli();
  const login = await addAcme(cli);
  await cli.json(['tenant', 'create', 'other', '--name', 'Other', '--live', '--trigger', 'each']);
  await cli.json(['credential', 'add', 'other', 'other-export', '--password-stdin'], 'secret');
  await serving(cli);
  const [sftp, ftp] = [await freePort(), await freePort()];
  await cli.json(['tenant', 'set', 'acme', '--sftp-port', String(sftp), '--ftp-port', String(ftp)]);
  await until('the ports are open', async () => (await isOpen(sftp)) && (await isOpen(ftp)), 30_000);
  await pushOverSftp({ ...login, port: sftp }, () => true, [clients]);
  const client = new Client();
  onTestFinished(() => client.close());
  const secureOptions = { rejectUnauthorized: false };
  await client.access({
    host: '127.0.0.1',
    port: ftp,
    user: login.username,
    password: login.password,
    secure: true,
    secureOptions,
  });
  expect((await client.list()).map(({ name }) => name)).toContain('clients.csv');
  const stranger = { port: sftp, username: 'other-export', password: 'secret' };
  await expect(pushOverSftp(stranger, () => true, [clients])).rejects.toThrow(/authentication/i);
  await cli.json(['tenant', 'set', 'acme', '--sftp-port', 'off']);
  await until('the port is closed', async () => !(await isOpen(sftp)), 30_000);
});

it('takes up a renewed certificate on SIGHUP, and keeps the old one where the new one is broken', async () => {
  const cli = await openCli();
  const renew = async () => {
    const pem = makeOwn(['127.0.0.1'], new Date());
    await cli.file('cert.pem', pem);
    return pem;
  };
  const first = await renew();
  const path = join(cli.folder, 'cert.pem');
  const { server, ports } = await serving(cli, { ARRIVAGE_TLS_CERT: path, ARRIVAGE_TLS_KEY: path });
  const login = await addAcme(cli);
  await pushOverFtps({ ...login, port: ports.ftps }, { ca: first, implicit: true }, [clients]);
  const second = await renew();
  server.signal('SIGHUP');
  await until('it says so', () => server.stdout().includes('certificate reloaded'));
  await pushOverFtps({ ...login, port: ports.ftps }, { ca: second, implicit: true }, [clients]);
  await cli.file('cert.pem', 'no certificate');
  server.signal('SIGHUP');
  await until('it complains', () => server.stdout().includes('the old one stays in force'));
  const seen = await certificateOf(ports.ftps);
  expect(second).toContain(seen.raw.toString('base64').slice(0, 60));
});

function certificateOf(port: number): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

it('takes files from the drop folder', async () => {
  const cli = await openCli();
  await addAcme(cli);
  await serving(cli);
  const folder = join(cli.folder, 'data/drop/acme');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'clients.csv'), clients.bytes);
  await until('the file is imported', async () => (await states(cli))[0] === 'applied', 60_000);
  expect(await readdir(folder)).toEqual([]);
});

it('reads a .env file', async () => {
  const cli = await openCli();
  await cli.file('.env', 'ARRIVAGE_FTP_PORT=70000\n');
  delete cli.env['ARRIVAGE_FTP_PORT'];
  const ran = await cli.run(['serve']);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(/^arrivage: ARRIVAGE_FTP_PORT is "70000": /);
});

it('does not start with other settings than those of a .env file that it cannot read', async () => {
  const cli = await openCli();
  await mkdir(join(cli.folder, '.env'));
  const ran = await cli.run(['status']);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(/^arrivage: the settings in \.env cannot be read: EISDIR/);
});

it('names every wrong setting at once and ends with 2', async () => {
  const cli = await openCli();
  const env = { ARRIVAGE_SFTP_PORT: 'x', ARRIVAGE_HOST: 'nowhere', ARRIVAGE_SPTF_PORT: '1', DATABASE_URL: 'mysql://x' };
  const ran = await cli.run(['serve'], { env });
  expect(ran.code).toBe(2);
  for (const name of ['ARRIVAGE_SFTP_PORT', 'ARRIVAGE_HOST', 'DATABASE_URL'])
    expect(ran.stderr).toMatch(new RegExp(`^arrivage: ${name} is `, 'm'));
});

it('says in one line why it cannot start and what to do', async () => {
  const cli = await openCli();
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const port = String((taken.address() as AddressInfo).port);
  const url = new URL(cli.env['DATABASE_URL'] ?? '');
  const at = (change: (url: URL) => void): string => {
    const copy = new URL(url);
    change(copy);
    return copy.href;
  };
  const file = await cli.file('file', '');
  const cases: [Record<string, string>, RegExp][] = [
    [
      { ARRIVAGE_SFTP_PORT: port },
      new RegExp(`SFTP cannot listen on 127.0.0.1:${port}, the port is in use: .*ARRIVAGE_SFTP_PORT`),
    ],
    [{ ARRIVAGE_HTTP_PORT: port }, /HTTP cannot listen on .*ARRIVAGE_HTTP_PORT/],
    [{ ARRIVAGE_HOST: '203.0.113.1' }, /this machine has no such address: correct ARRIVAGE_HOST/],
    [{ ARRIVAGE_DATA: file }, /The data folder .*file cannot be used .*ARRIVAGE_DATA/],
    [
      { DATABASE_URL: at((u) => (u.port = '1')) },
      /127\.0\.0\.1:1\/\S+ cannot be reached \(ECONNREFUSED\): start it, or correct DATABASE_URL/,
    ],
    [{ DATABASE_URL: at((u) => (u.pathname = '/nothing-here')) }, /has no database of that name/],
    [{ DATABASE_URL: at((u) => (u.password = 'wrong')) }, /refuses the password: correct DATABASE_URL/],
  ];
  for (const [env, why] of cases) {
    const ran = await cli.run(['serve'], { env });
    expect(ran.stderr).toMatch(why);
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/^arrivage: [^\n]+\n$/) as string });
  }
});

/** A file that is being written over SFTP. */
async function underWay(port: number, { username, password }: { username: string; password: string }) {
  const client = new ssh2.Client();
  onTestFinished(() => void client.end());
  client.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    client.once('ready', () => resolve());
    client.connect({ host: '127.0.0.1', port, username, password });
  });
  const sftp = await promised<ssh2.SFTPWrapper>((done) => client.sftp(done));
  const handle = await promised<Buffer>((done) => {
    sftp.open('/clients.csv', 'w', done);
  });
  const { bytes } = clients;
  await promised<unknown>((done) => {
    sftp.write(handle, bytes, 0, 10, 0, done as () => void);
  });
  return async () => {
    await promised<unknown>((done) => {
      sftp.write(handle, bytes, 10, bytes.length - 10, 10, done as () => void);
    });
    await promised<unknown>((done) => {
      sftp.close(handle, done as () => void);
    });
    client.end();
  };
}

type Done<T> = (error: Error | null | undefined, value: T) => void;

function promised<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}

it('lets a transfer that is under way finish before it ends', async () => {
  const cli = await openCli();
  const login = await addAcme(cli);
  const { server, ports } = await serving(cli);
  const finish = await underWay(ports.sftp, login);
  server.signal('SIGTERM');
  await until('it accepts nobody', async () => !(await isOpen(ports.sftp)));
  await finish();
  expect(await server.ended).toBe(0);
  await serving(cli);
  await until('the file is imported', async () => (await states(cli))[0] === 'applied', 60_000);
});

it('leaves no Postgres behind when it is stopped while it starts', async () => {
  const cli = await openCli({ embedded: true });
  const server = cli.start(['serve']);
  await until('Postgres starts', () => existsSync(join(cli.folder, 'data')), 60_000);
  server.signal('SIGINT');
  expect(await server.ended).toBe(0);
  expect(existsSync(join(cli.folder, 'data/postgres/data/postmaster.pid'))).toBe(false);
});

it('ends at once when it is told a second time', async () => {
  const cli = await openCli();
  const login = await addAcme(cli);
  const { server, ports } = await serving(cli);
  await underWay(ports.sftp, login);
  server.signal('SIGTERM');
  await until('it accepts nobody', async () => !(await isOpen(ports.sftp)));
  server.signal('SIGTERM');
  expect(await server.ended).toBe(1);
});

it('lists who is banned by a running server, and lets in again whom an operator lifts', async () => {
  const cli = await openCli();
  const login = await addAcme(cli);
  const { ports } = await serving(cli);
  const wrong = (i: number) =>
    fetch(`http://127.0.0.1:${ports.http}/v1/status`, { headers: { authorization: `Bearer arr_${i}` } });
  expect((await cli.run(['ban', 'list'])).stdout).toBe('Nobody is banned.\n');
  await Promise.all(Array.from({ length: 10 }, (_, i) => wrong(i)));
  const guesses = Array.from({ length: 10 }, () =>
    pushOverSftp({ ...login, password: 'wrong', port: ports.sftp }, () => true, [clients]).catch(() => undefined),
  );
  await Promise.all(guesses);
  await expect(pushOverSftp({ ...login, port: ports.sftp }, () => true, [clients])).rejects.toThrow();
  await until('both are listed', async () => (await cli.json<object[]>(['ban', 'list'])).length === 2, 30_000);
  expect((await cli.run(['ban', 'list'])).stdout).toMatch(/^doors {2,}address {2,}127\.0\.0\.1 /m);

  expect((await cli.run(['ban', 'lift', 'acme-export'])).stderr).toContain('Nothing is banned as "acme-export"');
  expect((await cli.run(['ban', 'lift', '::ffff:127.0.0.1'])).stdout).toBe(
    'The address 127.0.0.1 is no longer banned.\n',
  );
  await until(
    'the door is open again',
    async () => {
      await pushOverSftp({ ...login, port: ports.sftp }, () => true, [clients]).catch(() => undefined);
      return (await states(cli)).length > 0;
    },
    60_000,
  );
  expect(await cli.json(['ban', 'list'])).toEqual([]);
  expect((await wrong(99)).status).toBe(401);
});
