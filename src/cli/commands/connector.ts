import type { Command } from 'commander';
import {
  confirmHostKey,
  connectorView,
  removeConnector,
  setConnector,
  testConnector,
  type ConnectorView,
} from '../../admin/connectors.ts';
import type { Database } from '../../db/client.ts';
import { datasets } from '../../model/dataset.ts';
import type { TenantId } from '../../model/tenant.ts';
import { adminOf } from '../admin.ts';
import { runs, withFoundation } from '../command.ts';
import {
  addConnectorOptions,
  authorityFrom,
  connectorFrom,
  secretsFrom,
  type ConnectorOptions,
} from '../connector-options.ts';
import { CommandFailure, saying } from '../failure.ts';
import { interruptible } from '../interruption.ts';
import { knownTenant } from '../known.ts';
import * as values from '../values.ts';

export function addConnector(program: Command): void {
  const connector = program.command('connector').description('a tenant’s own server, from which files are fetched');
  addSet(connector);
  addShow(connector);
  addTest(connector);
  addConfirm(connector);
  addRemove(connector);
}

async function knownConnector(database: Database, tenant: TenantId): Promise<ConnectorView> {
  await knownTenant(database, tenant);
  const view = await connectorView(database.db, tenant);
  if (!view) throw new CommandFailure(`Tenant "${tenant}" has no connector: see arrivage connector set --help`);
  return view;
}

function addSet(parent: Command): void {
  const command = addConnectorOptions(parent.command('set'))
    .description('make a connector, or change what is named of it; passwords come from standard input only')
    .argument('<tenant>', '', values.tenantId);
  runs<ConnectorOptions>(command, async ({ args: [tenant = ''], options, output }) => {
    const given = { ...(await secretsFrom(options)), ca: await authorityFrom(options) };
    await withFoundation(async (foundation) => {
      await knownTenant(foundation.database, tenant);
      const view = await setConnector(adminOf(foundation), tenant, (before) => connectorFrom(options, given, before));
      output.result(view, () => [
        ...linesOf(view),
        ...(view.protocol === 'ftp'
          ? ['FTP sends the password and the files in clear text: prefer sftp or ftps.']
          : []),
        `Next: arrivage connector test ${tenant}`,
      ]);
    });
  });
}

function addShow(parent: Command): void {
  const command = parent.command('show').description('the connector without its secrets');
  runs(command.argument('<tenant>', '', values.tenantId), ({ args: [tenant = ''], output }) =>
    withFoundation(async ({ database }) => {
      const view = await knownConnector(database, tenant);
      output.result(view, () => linesOf(view));
    }),
  );
}

function addTest(parent: Command): void {
  const command = parent
    .command('test')
    .description(
      'connect, say which files would be taken or which step failed, and try the move or delete with a file of our own',
    )
    .argument('<tenant>', '', values.tenantId);
  runs(command, ({ args: [tenant = ''], output }) =>
    withFoundation(async (foundation) => {
      await knownConnector(foundation.database, tenant);
      const steps = await testConnector(adminOf(foundation), tenant, interruptible());
      const failed = steps.find(({ ok }) => !ok);
      output.result(steps, () => [
        ...steps.map(({ ok, step, text }) => `${ok ? 'ok    ' : 'failed'}  ${step.padEnd(11)} ${text.en}`),
        ...(failed?.code === 'host_key_unknown' || failed?.code === 'host_key_changed'
          ? [`Once compared: arrivage connector confirm-host-key ${tenant} ${failed.found ?? ''}`]
          : []),
      ]);
      if (failed) process.exitCode = 1;
    }),
  );
}

function addConfirm(parent: Command): void {
  const command = parent
    .command('confirm-host-key')
    .description('accept the key by which an SFTP server proves itself, once you have compared it')
    .argument('<tenant>', '', values.tenantId)
    .argument('<fingerprint>', 'SHA256:…, as "connector test" shows it', values.hostKey);
  runs(command, ({ args: [tenant = '', fingerprint = ''], output }) =>
    withFoundation(async (foundation) => {
      const { protocol } = await knownConnector(foundation.database, tenant);
      await confirmHostKey(adminOf(foundation), tenant, fingerprint).catch(
        saying({ no_such_resource: `Only SFTP has host keys; this connector uses ${protocol}.` }),
      );
      output.result({ tenant, hostKey: fingerprint }, () => `Only a server with the key ${fingerprint} is read now.`);
    }),
  );
}

function addRemove(parent: Command): void {
  const command = parent.command('remove').description('forget the connector and its secrets');
  runs(command.argument('<tenant>', '', values.tenantId), ({ args: [tenant = ''], output }) =>
    withFoundation(async (foundation) => {
      await knownConnector(foundation.database, tenant);
      await removeConnector(adminOf(foundation), tenant);
      output.result({ tenant, removed: true }, () => `Tenant "${tenant}" fetches nothing any more.`);
    }),
  );
}

function linesOf(view: ConnectorView): string[] {
  const secrets = [view.hasPassword ? 'password' : '', view.hasPrivateKey ? 'private key' : ''].filter(Boolean);
  const { afterReading } = view;
  const lines: [string, string][] = [
    ['server', `${view.protocol}://${view.username}@${view.host}:${view.port}`],
    ['signs in with', secrets.join(', ') || 'nothing'],
    ['directory', view.directory],
    ...datasets.flatMap((dataset): [string, string][] => {
      const rule = view.files[dataset];
      if (!rule) return [];
      const scope = Object.entries(rule.scope ?? {}).map(([what, value]) => `, ${what} ${String(value)}`);
      return [[dataset, `${rule.pattern} (${rule.take === 'all' ? 'all new ones' : 'the newest'})${scope.join('')}`]];
    }),
    ['whole when', view.doneFile === null ? `still for ${view.stableSeconds} s` : `${view.doneFile} is there`],
    ['after reading', afterReading.kind === 'move' ? `move to ${afterReading.folder}` : afterReading.kind],
    ...(view.protocol === 'sftp' ? [['host key', view.hostKey ?? 'not confirmed yet'] as [string, string]] : []),
    ...(view.certificateFingerprint === null
      ? []
      : [['certificate', `SHA-256 ${view.certificateFingerprint}`] as [string, string]]),
    ...(view.ca === null ? [] : [['authority', 'of its own'] as [string, string]]),
  ];
  return lines.map(([name, value]) => `${name.padEnd(14)} ${value}`);
}
