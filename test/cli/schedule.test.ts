import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { until } from '../support/clients.ts';
import { openCli } from './cli.ts';

const tenants = ['acme', 'bravo', 'charlie'];

it('after a stop, two servers start what was missed once, and only then what comes next', async () => {
  const cli = await openCli();
  const database = openDatabase(cli.env['DATABASE_URL'] ?? '', { max: 2 });
  onTestFinished(() => database.close());
  for (const tenant of tenants) {
    await cli.json(['tenant', 'create', tenant, '--name', tenant, '--live']);
    await cli.json(['schedule', 'set', tenant, '--at', 'daily 06:30']);
  }
  // Nobody was there for three mornings.
  await database.sql`update schedules set next_run = now() - interval '3 days'`;
  const servers = [cli.start(['serve', '--json']), cli.start(['serve', '--json'])];
  for (const server of servers) await server.event('started');
  const finished = () => database.sql`select tenant_id from syncs where state = 'unchanged' and cause = 'schedule'`;
  await until('every slot has run', async () => (await finished()).length >= tenants.length, 60_000);
  await database.sql`update schedules set next_run = now() where tenant_id = 'acme'`;
  await until('the next slot has run', async () => (await finished()).length > tenants.length, 60_000);
  const syncs = await database.sql`select tenant_id as tenant, count(*)::int as n from syncs group by 1 order by 1`;
  expect(syncs).toEqual([
    { tenant: 'acme', n: 2 },
    { tenant: 'bravo', n: 1 },
    { tenant: 'charlie', n: 1 },
  ]);
  const overdue = await database.sql`select from schedules where next_run <= now()`;
  expect(overdue).toHaveLength(0);
  for (const server of servers) server.signal('SIGTERM');
  expect(await Promise.all(servers.map((server) => server.ended))).toEqual([0, 0]);
});
