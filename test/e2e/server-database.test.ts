import ssh2 from 'ssh2';
import { expect, it, onTestFinished, vi } from 'vitest';
import { has, until } from '../support/clients.ts';
import { serverPid } from '../support/postmaster.ts';
import { proxyTo, type Proxy } from '../support/proxy.ts';
import { openServer, openSession, PASSWORD, syncsOf, type ServerWorld } from './server-world.ts';

vi.setConfig({ testTimeout: 240_000 });

/** The server is itself again within this time after its database. */
const RECOVERY_MS = 60_000;
const clientsFile = (code: string) => `Code client;Raison sociale\r\n${code};Société ${code}\r\n`;

/** A server whose database can be taken away. */
async function openBehindProxy(): Promise<{ world: ServerWorld; proxy: Proxy }> {
  let proxy: Proxy | undefined;
  const world = await openServer({
    tenants: ['acme'],
    env: async ({ env }) => {
      proxy = await proxyTo(env['DATABASE_URL'] ?? '');
      return { DATABASE_URL: proxy.url };
    },
  });
  if (!proxy) throw new Error('the proxy is made before the server starts');
  return { world, proxy };
}

/** Puts a file again and again, as an export job does, until it is acknowledged. */
async function putUntilTaken(world: ServerWorld, name: string): Promise<void> {
  await until(`${name} is taken`, async () => (await world.sftp([`put ${name}`])).code === 0, RECOVERY_MS);
}

/** With what reason the server leaves a client that cannot sign in for now. */
function reasonOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    onTestFinished(() => void client.destroy());
    client.once('ready', () => reject(new Error('it signed in')));
    client.on('error', ({ message }) => resolve(message)).once('close', () => reject(new Error('no reason came')));
    client.connect({ host: '127.0.0.1', port, username: 'acme-export', password: PASSWORD, readyTimeout: 30_000 });
  });
}

const readiness = async ({ ports }: ServerWorld) => (await fetch(`http://127.0.0.1:${ports.http}/readyz`)).status;

const runs = ({ server }: ServerWorld) => Promise.race([server.ended.then(() => false), Promise.resolve(true)]);

it.skipIf(!has('curl') || !has('sftp'))(
  'refuses with a reason while the database is away, and goes on by itself when it is back',
  async () => {
    const { world, proxy } = await openBehindProxy();
    await world.client.write('clients.csv', clientsFile('C1'));
    expect(await world.sftp(['put clients.csv'])).toMatchObject({ code: 0 });
    expect(await syncsOf(world.cli, 'acme', 1)).toMatchObject([{ state: 'applied' }]);

    // One transfer is under way when the database goes; two clients sign in later.
    const session = await openSession(world.ports.sftp, 'acme');
    const upload = await session.open('/clients-2.csv');
    await upload.write(clientsFile('C2'));
    proxy.stop();
    await expect(upload.close()).rejects.toThrow(/Base de données indisponible/);
    expect(await reasonOf(world.ports.sftp)).toMatch(/Base de donnees indisponible/);
    const overFtp = await world.curl('/clients.csv', ['-v', '-T', 'clients.csv']);
    expect(overFtp.code).not.toBe(0);
    expect(overFtp.stderr).toMatch(/^< 4\d\d .*Base de donnees indisponible/m);
    expect(await readiness(world)).toBe(503);

    await proxy.start();
    await world.client.write('clients-2.csv', clientsFile('C2'));
    await putUntilTaken(world, 'clients-2.csv');
    const syncs = await syncsOf(world.cli, 'acme', 2);
    // The file that was refused is committed by the server itself, unless it was sent again before.
    const applied = syncs.filter(({ state }) => state === 'applied');
    expect(applied.map(({ state, files }) => [state, files[0]?.inserted])).toEqual([
      ['applied', 1],
      ['applied', 1],
    ]);
    expect(await readiness(world)).toBe(200);
    expect(await runs(world)).toBe(true);
  },
);

it.skipIf(!has('sftp'))('starts its own Postgres again when that is killed, and imports on', async () => {
  const world = await openServer({ tenants: ['acme'], embedded: true });
  for (const code of ['C1', 'C2', 'C3']) {
    const name = `clients-${code}.csv`;
    await world.client.write(name, clientsFile(code));
    const killed = serverPid(`${world.cli.folder}/data`);
    process.kill(killed, 'SIGKILL');
    await putUntilTaken(world, name);
    await until('the server is ready', async () => (await readiness(world)) === 200, RECOVERY_MS);
    expect(serverPid(`${world.cli.folder}/data`)).not.toBe(killed);
  }
  const syncs = await syncsOf(world.cli, 'acme', 3);
  expect(syncs.map(({ state, files }) => [state, files[0]?.inserted])).toEqual([
    ['applied', 1],
    ['applied', 1],
    ['applied', 1],
  ]);
  expect(await runs(world)).toBe(true);
});
