import { existsSync } from 'node:fs';
import { ConfigError, type Config } from '../config.ts';
import { openDatabase, reachable, type Database } from '../db/client.ts';
import { clusterFolder } from '../embedded-postgres/cluster.ts';
import { checkServer, pendingMigrations } from '../db/migrate.ts';
import { countSealed } from '../db/queries/access/sealed-secrets.ts';
import { requireSession } from '../db/session-pooling.ts';
import { requireWritable } from '../db/usable.ts';
import { reachDatabase } from '../main/foundation.ts';
import { databaseTrouble, mayNotCreate, starting, StartFailure } from '../main/start-failure.ts';
import { readKeyring } from '../secrets/open-keyring.ts';
import { anyNodeLives } from '../queue/node.ts';
import { fail, ok, warn, type Check } from './commands/check.ts';
import { withoutPassword } from './start-up.ts';

/** Looks at the database as it is: nothing is brought up to date. An embedded one runs for the length of the look. */
export async function checkDatabase(config: Config): Promise<Check[]> {
  if (config.databaseUrl === undefined && !existsSync(clusterFolder(config.dataDir)))
    return [ok('Database', 'embedded: the first start makes it')];
  try {
    const { url, leave } = await reachDatabase(config);
    try {
      return await starting(reachable(lookAt(config, url)), databaseTrouble(url));
    } finally {
      await leave();
    }
  } catch (error) {
    if (error instanceof StartFailure) return [fail('Database', error.message)];
    throw error;
  }
}

async function lookAt(config: Config, url: string): Promise<Check[]> {
  const database = openDatabase(url, await requireSession(url));
  try {
    return await look(config, database);
  } finally {
    await database.close();
  }
}

async function look(config: Config, database: Database): Promise<Check[]> {
  const { sql } = database;
  await requireWritable(sql);
  await checkServer(sql);
  const [server] = await sql<{ version: string; mayCreate: boolean }[]>`
    select current_setting('server_version') as version,
      has_database_privilege(current_database(), 'CREATE') and has_schema_privilege('public', 'CREATE') as "mayCreate"`;
  const { count, isEmpty } = await pendingMigrations(sql);
  const where = config.databaseUrl === undefined ? 'embedded' : withoutPassword(config.databaseUrl);
  const text = `${where}, Postgres ${server?.version ?? ''}`;
  if (count > 0 && !server?.mayCreate) return [fail('Database', `${text}: ${mayNotCreate}`)];
  if (isEmpty) return [ok('Database', `${text}, empty: the first start makes the tables`), await checkClock(database)];
  if (count > 0)
    return [
      warn('Database', `${text}, ${count} of our migrations behind`, 'Every start and every other command catches up.'),
      await checkClock(database),
    ];
  return [
    ok('Database', `${text}, up to date`),
    await checkClock(database),
    await checkImports(database),
    ...(await checkSecrets(config, database)),
  ];
}

/** Seconds by which the clocks of this machine and of the database may differ: a breath, and what puts days at risk. */
const CLOCK = { notice: 5, most: 300 };

async function checkClock({ sql }: Database): Promise<Check> {
  const before = Date.now();
  const [row] = await sql<{ now: number }[]>`select extract(epoch from clock_timestamp())::float8 * 1000 as now`;
  const ahead = ((before + Date.now()) / 2 - (row?.now ?? NaN)) / 1000;
  const text = `${Math.abs(ahead).toFixed(1)} s ${ahead > 0 ? 'ahead of' : 'behind'} the database's`;
  const advice = 'Set both machines by NTP: schedules, signatures and retention go by the clock.';
  if (Math.abs(ahead) > CLOCK.most) return fail('Clock', text, advice);
  return Math.abs(ahead) > CLOCK.notice ? warn('Clock', text, advice) : ok('Clock', text);
}

const checkImports = async (database: Database): Promise<Check> =>
  (await anyNodeLives(database))
    ? ok('Imports', 'a server is running')
    : warn('Imports', 'no server is running here', 'Start one: arrivage serve');

/** Whether the master keys open what was sealed. */
async function checkSecrets(config: Config, database: Database): Promise<Check[]> {
  const name = 'Master keys';
  try {
    const keyring = await readKeyring(config);
    const { secrets, closed } = await countSealed(database.sql, (sealed, context) => {
      if (!keyring) throw new Error('there are no keys');
      return keyring.open(sealed, context);
    });
    if (!keyring && secrets === 0) return [ok(name, 'the first start makes them')];
    const from = config.masterKeys === undefined ? 'from the data folder' : 'from ARRIVAGE_MASTER_KEYS';
    if (keyring && closed === 0)
      return [ok(name, `${from}, "${keyring.current}" seals, ${secrets} stored secrets open`)];
    const advice = 'Put the backup of the keys back, or give the secrets of connectors and webhooks again.';
    return [fail(name, `${from}, ${closed} of ${secrets} stored secrets do not open`, advice)];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => fail(name, problem));
    throw error;
  }
}
