import { pinHostKey } from '../db/queries/tenants/connectors.ts';
import { setSchedule } from '../db/queries/tenants/schedules.ts';
import { requestSync } from '../db/queries/syncs/requests.ts';
import type { Output } from '../cli/output.ts';
import { untilFinished } from '../cli/commands/sync-watch.ts';
import type { SyncWithFiles } from '../db/queries/syncs/syncs.ts';
import type { Serving } from '../main.ts';
import type { Connector } from '../model/connector.ts';
import type { Schedule } from '../model/schedule.ts';
import { openConnector, storeConnector, type ConnectorSettings } from '../pull/connector-store.ts';
import { testConnector } from '../pull/test-connector.ts';
import { nextRun } from '../queue/schedule.ts';
import type { DemoTenant } from './tenants.ts';

const mornings: Schedule = {
  slots: [{ days: [1, 2, 3, 4, 5], time: '06:30' }],
  cron: null,
  timeZone: 'Europe/Paris',
  enabled: true,
};

/**
 * A tenant that keeps its own SFTP server, which another login of our SFTP door plays: its connector is tested, its
 * mornings are planned, and *Synchroniser* fetches now. `remote` holds the files.
 */
export async function showPull(
  { foundation, identity }: Serving,
  tenant: DemoTenant,
  remote: { login: DemoTenant; port: number },
  output: Output,
): Promise<SyncWithFiles> {
  const { database, keyring, config } = foundation;
  const { db } = database;
  const connector = connectorTo(remote.login.id, remote.port);
  await storeConnector(database, keyring, tenant.id, connector, { password: remote.login.password });
  // The person who runs the demonstration has nothing to compare the key with: it is this server's own.
  const [hostKey] = identity.hostKeys;
  await pinHostKey(db, tenant.id, hostKey?.fingerprint ?? '');
  await setSchedule(db, tenant.id, mornings, nextRun(mornings, new Date()));
  const stored = await openConnector(db, keyring, tenant.id);
  if (stored) await showTest(stored, config.privateTargets, output);
  const { syncId } = await requestSync(database, tenant, {}, 'demo');
  return untilFinished(foundation, syncId, output.json);
}

async function showTest(connector: Connector, privateTargets: readonly string[], output: Output): Promise<void> {
  output.note(`Pull from sftp://${connector.host}:${connector.port}, as "arrivage connector test" shows it:`);
  const steps = await testConnector(connector, { privateTargets }, AbortSignal.timeout(TEST_MS));
  for (const { step, ok, text } of steps) output.note(`  ${ok ? '✓' : '✗'} ${step.padEnd(10)} ${text.en}`);
}

const TEST_MS = 30_000;

const connectorTo = (username: string, port: number): ConnectorSettings => ({
  ...{ protocol: 'sftp', host: '127.0.0.1', port, username, directory: '.' },
  files: {
    clients: { pattern: 'clients.csv', take: 'newest' },
    ecritures: { pattern: 'ecritures_{yyyyMMdd}.csv', take: 'newest' },
  },
  ...{ afterReading: { kind: 'leave' }, stableSeconds: 1, doneFile: null },
  ...{ certificateFingerprint: null, ca: null },
});
