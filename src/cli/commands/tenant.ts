import { Option, type Command } from 'commander';
import { isServerPort, type Config } from '../../config.ts';
import type { Tx } from '../../db/client.ts';
import { listCredentials } from '../../db/queries/access/credentials.ts';
import { listEndpoints, setEndpoint, setLegacy, type Endpoint } from '../../db/queries/tenants/endpoints.ts';
import { changeSettings, goLiveIfAsked } from '../../db/queries/tenants/change.ts';
import { findSchedule } from '../../db/queries/tenants/schedules.ts';
import { createTenant, findTenant, listTenants } from '../../db/queries/tenants/tenants.ts';
import type { Tenant } from '../../model/tenant.ts';
import { removeFormer } from '../../transfer/remove-tenant.ts';
import { audited } from './audit.ts';
import { knownTenant } from '../known.ts';
import { runs, withFoundation } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { table } from '../output.ts';
import { scheduleText } from '../slot-text.ts';
import { addDelete } from './tenant-delete.ts';
import { addTenantOptions, changeOf, type TenantOptions } from '../tenant-settings.ts';
import * as values from '../values.ts';

export function addTenant(program: Command): void {
  const tenant = program.command('tenant').description('customers whose data is isolated');
  addCreate(tenant);
  addList(tenant);
  addShow(tenant);
  addSet(tenant);
  addDelete(tenant);
}

function addCreate(parent: Command): void {
  const command = addTenantOptions(parent.command('create'))
    .description('add a tenant; its syncs are dry runs until it is live')
    .argument('<id>', 'lower-case letters, digits and dashes', values.tenantId)
    .requiredOption('--name <name>', 'as people call it', values.displayName);
  runs<TenantOptions & { name: string }>(command, ({ args: [id = ''], options, output }) =>
    withFoundation(async ({ database, spool }) => {
      if (await findTenant(database.db, id)) throw new CommandFailure(`There is a tenant "${id}" already.`);
      const { name } = options;
      const change = changeOf(options, { expected: ['clients', 'ecritures'] });
      await removeFormer({ database, spool }, id);
      const created = await database.db.transaction(async (tx) => {
        await audited(tx, id, 'tenant.create', change);
        return createTenant(tx, { ...change, id, name });
      });
      output.result(created, () => [
        `Tenant "${id}" created, ${stateText(created)}.`,
        `Next: arrivage credential add ${id} ${id}-export`,
      ]);
    }),
  );
}

function addList(parent: Command): void {
  runs(parent.command('list').description('all tenants'), ({ output }) =>
    withFoundation(async ({ database }) => {
      const tenants = await listTenants(database.db);
      output.result(tenants, () =>
        tenants.length === 0
          ? 'No tenant yet: arrivage tenant create <id> --name <name>'
          : table(
              ['ID', 'NAME', 'STATE', 'TRIGGER', 'EXPECTED'],
              tenants.map(({ id, name, state, trigger, expected }) => [id, name, state, trigger, expected.join(',')]),
            ),
      );
    }),
  );
}

function addShow(parent: Command): void {
  const command = parent.command('show').description('settings, ports, credentials and schedule of a tenant');
  runs(command.argument('<id>', '', values.tenantId), ({ args: [id = ''], output }) =>
    withFoundation(async ({ database }) => {
      const tenant = await knownTenant(database, id);
      const endpoints = (await listEndpoints(database.db, id)).map(({ protocol, port, legacy }) => ({
        protocol,
        port,
        ...(protocol === 'sftp' && { legacy }),
      }));
      const usernames = (await listCredentials(database.db, id))
        .filter(({ revokedAt }) => revokedAt === null)
        .map(({ username }) => username);
      const schedule = await findSchedule(database.db, id);
      output.result({ ...tenant, endpoints, credentials: usernames, schedule: schedule ?? null }, () => [
        ...Object.entries(tenant).map(([name, value]) => `${name.padEnd(18)} ${shown(value)}`),
        `${'ports'.padEnd(18)} ${endpoints.map(portText).join(', ') || 'shared'}`,
        `${'credentials'.padEnd(18)} ${usernames.join(', ') || 'none'}`,
        `${'schedule'.padEnd(18)} ${scheduleText(schedule)}`,
      ]);
    }),
  );
}

const portText = ({ protocol, port, legacy }: Pick<Endpoint, 'protocol' | 'port'> & { legacy?: boolean }): string =>
  `${protocol} ${port}${legacy === true ? ' (older algorithms too)' : ''}`;

function shown(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.join(', ') : String(value);
}

type Ports = Partial<Record<'sftpPort' | 'ftpPort' | 'ftpsPort', number | 'off'>> & { sftpLegacy?: boolean };

function addSet(parent: Command): void {
  const command = addTenantOptions(parent.command('set'))
    .description('change settings of a tenant')
    .argument('<id>', '', values.tenantId)
    .option('--name <name>', 'as people call it', values.displayName);
  for (const protocol of ['sftp', 'ftp', 'ftps'])
    command.addOption(
      new Option(
        `--${protocol}-port <port>`,
        `a port of its own for ${protocol.toUpperCase()}; "off" closes it`,
      ).argParser(values.portOrOff),
    );
  command.addOption(
    new Option(
      '--sftp-legacy <on|off>',
      'offer the algorithms of old clients (SHA-1, CBC) on its own SFTP port',
    ).argParser(values.onOrOff),
  );
  runs<TenantOptions & Ports>(command, ({ args: [id = ''], options, output }) =>
    withFoundation(async ({ database, config }) => {
      const before = await knownTenant(database, id);
      const change = changeOf(options, before);
      const ports = portsOf(options);
      const { sftpLegacy } = options;
      if (Object.keys(change).length === 0 && ports.length === 0 && sftpLegacy === undefined)
        throw new CommandFailure('Nothing to change: see arrivage tenant set --help');
      const taken = await database.db.transaction(async (tx) => {
        for (const [protocol, port] of ports) await giveOwnPort(tx, config, id, protocol, port);
        if (sftpLegacy !== undefined && !(await setLegacy(tx, id, sftpLegacy)))
          throw new CommandFailure('Only on a port of its own: arrivage tenant set <id> --sftp-port <port>');
        await changeSettings(tx, before, change);
        await audited(tx, id, 'tenant.set', {
          ...change,
          ...Object.fromEntries(ports),
          ...(sftpLegacy !== undefined && { sftpLegacy }),
        });
        return goLiveIfAsked(tx, before, change);
      });
      output.result({ ...(await knownTenant(database, id)), takenUp: taken }, () => [
        `Tenant "${id}" changed.`,
        ...(taken > 0 ? [`Live: its first real sync takes ${taken} uploads of the latest dry runs.`] : []),
      ]);
    }),
  );
}

function portsOf({ sftpPort, ftpPort, ftpsPort }: Ports): [Endpoint['protocol'], number | 'off'][] {
  const ports: [Endpoint['protocol'], number | 'off' | undefined][] = [
    ['sftp', sftpPort],
    ['ftp', ftpPort],
    ['ftps', ftpsPort],
  ];
  return ports.flatMap(([protocol, port]) => (port === undefined ? [] : [[protocol, port]]));
}

async function giveOwnPort(
  tx: Tx,
  config: Config,
  id: string,
  protocol: Endpoint['protocol'],
  port: number | 'off',
): Promise<void> {
  if (port !== 'off' && isServerPort(config.ports, port))
    throw new CommandFailure(`Port ${port} is taken: the server itself uses it.`);
  const holder = (await listEndpoints(tx)).find((each) => each.port === port);
  if (holder && (holder.tenantId !== id || holder.protocol !== protocol))
    throw new CommandFailure(`Port ${port} is taken: it is the ${holder.protocol} port of "${holder.tenantId}".`);
  await setEndpoint(tx, id, protocol, port);
}

function stateText({ state }: Tenant): string {
  return state === 'live' ? 'live: its syncs import' : `in state ${state}`;
}
