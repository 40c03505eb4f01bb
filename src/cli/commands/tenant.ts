import { Option, type Command } from 'commander';
import {
  changeTenant,
  createTenant,
  NoOwnPort,
  PortTaken,
  tenantDetails,
  tenantViews,
  type OwnPorts,
} from '../../admin/tenants.ts';
import { listTenants } from '../../db/queries/tenants/tenants.ts';
import type { Tenant } from '../../model/tenant.ts';
import { adminOf } from '../admin.ts';
import { knownTenant } from '../known.ts';
import { runs, withFoundation } from '../command.ts';
import { CommandFailure, saying } from '../failure.ts';
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
    withFoundation(async (foundation) => {
      const { name } = options;
      const created = await createTenant(adminOf(foundation), { ...changeOf(options), id, name }).catch(
        saying({ already_exists: `There is a tenant "${id}" already.` }),
      );
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
      output.result(await tenantViews(database.db, tenants), () =>
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
      const details = await tenantDetails({ database }, tenant);
      const { endpoints, credentials, schedule } = details;
      output.result(details, () => [
        ...Object.entries(tenant).map(([name, value]) => `${name.padEnd(18)} ${shown(value)}`),
        `${'ports'.padEnd(18)} ${endpoints.map(portText).join(', ') || 'shared'}`,
        `${'credentials'.padEnd(18)} ${credentials.join(', ') || 'none'}`,
        `${'schedule'.padEnd(18)} ${scheduleText(schedule)}`,
      ]);
    }),
  );
}

const portText = ({ protocol, port, legacy }: { protocol: string; port: number; legacy?: boolean }): string =>
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
    withFoundation(async (foundation) => {
      await knownTenant(foundation.database, id);
      const { sftpLegacy } = options;
      const ports = portsOf(options);
      const change = {
        ...changeOf(options),
        ...(Object.keys(ports).length > 0 && { ports }),
        ...(sftpLegacy !== undefined && { sftpLegacy }),
      };
      if (Object.keys(change).length === 0)
        throw new CommandFailure('Nothing to change: see arrivage tenant set --help');
      const { tenant, takenUp } = await changeTenant(adminOf(foundation), id, change).catch(refusedPort);
      output.result({ ...tenant, takenUp }, () => [
        `Tenant "${id}" changed.`,
        ...(takenUp > 0 ? [`Live: its first real sync takes ${takenUp} uploads of the latest dry runs.`] : []),
      ]);
    }),
  );
}

function portsOf({ sftpPort, ftpPort, ftpsPort }: Ports): Partial<OwnPorts> {
  const asked = Object.entries({ sftp: sftpPort, ftp: ftpPort, ftps: ftpsPort });
  return Object.fromEntries(
    asked.flatMap(([protocol, port]) => (port === undefined ? [] : [[protocol, port === 'off' ? null : port]])),
  );
}

/** @throws CommandFailure that names who has the port */
function refusedPort(error: unknown): never {
  if (error instanceof NoOwnPort)
    throw new CommandFailure('Only on a port of its own: arrivage tenant set <id> --sftp-port <port>');
  if (!(error instanceof PortTaken)) throw error;
  const { holder, port } = error;
  const whose =
    holder === 'server' ? 'the server itself uses it' : `it is the ${holder.protocol} port of "${holder.tenantId}"`;
  throw new CommandFailure(`Port ${port} is taken: ${whose}.`);
}

function stateText({ state }: Pick<Tenant, 'state'>): string {
  return state === 'live' ? 'live: its syncs import' : `in state ${state}`;
}
