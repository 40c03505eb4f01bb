import { expect, it, vi } from 'vitest';
import type { TestStep } from '../../src/pull/test-connector.ts';
import { openServer, openSql, PASSWORD, type ListedSync, type ServerWorld } from './server-world.ts';

vi.setConfig({ testTimeout: 240_000 });

const settings = [
  ...['--protocol', 'sftp', '--host', '127.0.0.1', '--username', 'remote-export', '--password-stdin'],
  ...['--directory', 'export', '--clients', 'clients_{yyyyMMdd}.csv', '--ecritures', 'gl.csv'],
  ...['--stable-seconds', '1', '--move-to', 'lus'],
];

async function put({ client, sftp }: ServerWorld, name: string, text: string): Promise<void> {
  const file = await client.write(name, text);
  const ran = await sftp(['-mkdir /export', `put ${file} /export/${name}`], 'remote');
  expect(ran.code, ran.stderr).toBe(0);
}

/** `connector test` ends with 1 where a step fails, and prints its steps all the same. */
async function testSteps({ cli }: ServerWorld): Promise<TestStep[]> {
  return JSON.parse((await cli.run(['connector', 'test', 'acme', '--json'])).stdout) as TestStep[];
}

it('pulls from a customer’s server: tested, confirmed, fetched, moved, and still after a rotation of the keys', async () => {
  const world = await openServer({
    tenants: ['acme', 'remote'],
    env: (cli) => {
      cli.env['ARRIVAGE_ALLOW_PRIVATE_TARGETS'] = '127.0.0.0/8';
      return Promise.resolve(cli.env);
    },
  });
  const { cli, ports } = world;
  await cli.json(['connector', 'set', 'acme', ...settings, '--port', String(ports.sftp)], PASSWORD);
  await put(world, 'clients_20261123.csv', 'code client;nom\nC1;Un\n');
  await put(world, 'clients_20261124.csv', 'code client;nom\nC1;Un\nC2;Deux\n');

  const refused = (await testSteps(world)).at(-1);
  expect(refused).toMatchObject({ step: 'host_key', ok: false, code: 'host_key_unknown' });
  await cli.json(['connector', 'confirm-host-key', 'acme', refused?.found ?? '']);
  expect((await testSteps(world)).slice(-3)).toMatchObject([
    { step: 'clients', ok: true, found: 'clients_20261124.csv' },
    { step: 'ecritures', ok: false, code: 'no_file_matches' },
    { step: 'put_away', ok: true },
  ]);

  const first = await cli.json<ListedSync>(['sync', 'now', 'acme']);
  expect(first).toMatchObject({ state: 'applied', incomplete: true });
  expect(first.files).toMatchObject([{ name: 'clients_20261124.csv', inserted: 2 }]);
  const sql = openSql(cli);
  expect(await sql`select client_code from clients where tenant_id = 'acme' order by 1`).toHaveLength(2);
  expect((await world.sftp(['ls -1 /export/lus'], 'remote')).stdout).toContain('/export/lus/clients_20261124.csv');

  await cli.json(['secrets', 'rotate']);
  await put(world, 'gl.csv', 'id;code client;piece;date;montant;echeance\n1;C1;F1;01/11/2026;12,00;30/11/2026\n');
  // The older clients file is still there, and is not the latest state.
  const second = await cli.json<ListedSync>(['sync', 'now', 'acme']);
  expect(second.files.map(({ name }) => name)).toEqual(['gl.csv']);
  expect(await sql`select 1 from ecritures where tenant_id = 'acme'`).toHaveLength(1);
});
