import { expect, it, vi } from 'vitest';
import { openCli } from '../cli/cli.ts';
import { until } from '../support/clients.ts';
import { hasSshd, startSshd } from '../support/remotes/sshd.ts';
import { addTenant, openSql, startServer } from './server-world.ts';

vi.setConfig({ testTimeout: 240_000 });

const ROUNDS = 6;
const ENTRIES = 150_000;
const RECOVERY_MS = 120_000;

const entries = (): string =>
  [
    'id;code client;piece;date;montant;echeance;libelle',
    ...Array.from(
      { length: ENTRIES },
      (_, i) => `${i};C${i % 3};F${i};01/11/2026;${i % 900},50;30/11/2026;Facture n° ${i} du mois de novembre`,
    ),
    '',
  ].join('\r\n');

it.skipIf(!hasSshd)(`takes each file exactly once although it is killed ${ROUNDS} times while it pulls`, async () => {
  const { connector, put, names } = await startSshd();
  await put('clients.csv', 'code client;nom\r\nC0;Zéro\r\nC1;Un\r\nC2;Deux\r\n');
  await put('gl.csv', entries());
  const cli = await openCli();
  cli.env['ARRIVAGE_ALLOW_PRIVATE_TARGETS'] = '127.0.0.0/8';
  const sql = openSql(cli);
  await addTenant(cli, 'acme');
  await cli.json([
    ...['connector', 'set', 'acme', '--protocol', 'sftp', '--host', '127.0.0.1', '--port', String(connector.port)],
    ...['--username', connector.username, '--private-key', await cli.file('key', connector.privateKey ?? '')],
    ...['--directory', connector.directory, '--clients', 'clients.csv', '--ecritures', 'gl.csv'],
    ...['--stable-seconds', '0', '--move-to', 'lus'],
  ]);
  await cli.json(['connector', 'confirm-host-key', 'acme', connector.hostKey ?? '']);
  const { key } = await cli.json<{ key: string }>(['key', 'create', '--scope', 'operator', '--name', 'test']);

  for (let round = 0; round < ROUNDS; round++) {
    const { server, ports } = await startServer(cli);
    if (round === 0)
      await fetch(`http://127.0.0.1:${ports.http}/v1/tenants/acme/syncs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
      });
    await until('the sync runs', async () => {
      const [sync] = await sql`select state from syncs`;
      return sync?.['state'] !== 'queued';
    });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 400 * round));
    server.signal('SIGKILL');
    await server.ended;
  }

  await startServer(cli);
  await until(
    'the sync is over',
    async () => (await sql`select from syncs where state in ('queued', 'running')`).length === 0,
    RECOVERY_MS,
  );
  expect(await sql`select state, cause from syncs`).toEqual([{ state: 'applied', cause: 'request' }]);
  expect(await sql`select path, state, door from uploads order by path`).toEqual([
    { path: '/clients.csv', state: 'gathered', door: 'pull' },
    { path: '/gl.csv', state: 'gathered', door: 'pull' },
  ]);
  expect(await sql`select count(*)::int as n from ecritures`).toEqual([{ n: ENTRIES }]);
  expect(await sql`select count(*)::int as n from clients`).toEqual([{ n: 3 }]);
  expect([await names(), await names('lus')]).toEqual([['lus'], ['clients.csv', 'gl.csv']]);
});
