import type { Db, Tx } from '../db/client.ts';
import { findConnector, pinHostKey, removeConnector as dropConnector } from '../db/queries/tenants/connectors.ts';
import { inTurn } from '../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../errors.ts';
import type { TenantId } from '../model/tenant.ts';
import {
  openConnector,
  storeConnector,
  viewOf,
  type ConnectorSecrets,
  type ConnectorSettings,
  type ConnectorView as Viewed,
} from '../pull/connector-store.ts';
import { testConnector as tryConnector, type TestStep } from '../pull/test-connector.ts';
import { audited, noted, type Admin, type AdminParts, type Precondition } from './admin.ts';

/** A connector as every front shows it: without its secrets. */
export type ConnectorView = Omit<Viewed, 'changedAt'> & {
  /** ISO 8601. */
  changedAt: string;
};

/** @returns undefined where the tenant has none */
export async function connectorView(db: Db | Tx, tenant: TenantId): Promise<ConnectorView | undefined> {
  const row = await findConnector(db, tenant);
  return row && shown(viewOf(row));
}

const shown = ({ changedAt, ...view }: Viewed): ConnectorView => ({ ...view, changedAt: changedAt.toISOString() });

/** @throws no_such_resource where the tenant has none */
export async function knownConnector(db: Db | Tx, tenant: TenantId): Promise<ConnectorView> {
  const found = await connectorView(db, tenant);
  if (!found) throw new ArrivageError('no_such_resource');
  return found;
}

/**
 * Makes or replaces a tenant's connector. What is absent of the secrets stays as it is stored.
 * @param change makes it of the one that stands; what it throws is thrown
 * @param precondition is asked about undefined where there is none
 * @throws connector_secrets_needed, private_key_unusable
 */
export async function setConnector(
  admin: Admin & Pick<AdminParts, 'keyring'>,
  tenant: TenantId,
  change: (before: ConnectorView | undefined) => { settings: ConnectorSettings; secrets: ConnectorSecrets },
  precondition?: Precondition<ConnectorView | undefined>,
): Promise<ConnectorView> {
  return inTurn(admin.database.db, tenant, async (tx) => {
    const before = await connectorView(tx, tenant);
    precondition?.(before);
    const { settings, secrets } = change(before);
    await audited(admin, tx, tenant, 'connector.set', { ...settings, secrets: Object.keys(secrets) });
    return shown(await storeConnector({ db: tx }, admin.keyring, tenant, settings, secrets));
  });
}

/** Forgets the connector and its secrets. @throws no_such_resource; what the precondition throws */
export async function removeConnector(
  admin: Admin,
  tenant: TenantId,
  precondition?: Precondition<ConnectorView>,
): Promise<void> {
  await inTurn(admin.database.db, tenant, async (tx) => {
    const before = await knownConnector(tx, tenant);
    precondition?.(before);
    await dropConnector(tx, tenant);
    await audited(admin, tx, tenant, 'connector.remove', {});
  });
}

/**
 * Tries the connector, and keeps on record that it was tried. A failed step is an answer.
 * @throws no_such_resource where the tenant has none; the signal's reason when it is aborted
 */
export async function testConnector(
  admin: Admin & Pick<AdminParts, 'keyring' | 'privateTargets'>,
  tenant: TenantId,
  signal: AbortSignal,
): Promise<TestStep[]> {
  const { database, keyring, privateTargets } = admin;
  const connector = await openConnector(database.db, keyring, tenant);
  if (!connector) throw new ArrivageError('no_such_resource');
  const steps = await tryConnector(connector, { privateTargets }, signal);
  await noted(admin, tenant, 'connector.test', { ok: steps.every(({ ok }) => ok) });
  return steps;
}

/**
 * Accepts the key by which an SFTP server proves itself.
 * @throws no_such_resource where there is no connector over SFTP; what the precondition throws
 */
export async function confirmHostKey(
  admin: Admin,
  tenant: TenantId,
  fingerprint: string,
  precondition?: Precondition<ConnectorView>,
): Promise<ConnectorView> {
  return inTurn(admin.database.db, tenant, async (tx) => {
    const before = await knownConnector(tx, tenant);
    precondition?.(before);
    if (!(await pinHostKey(tx, tenant, fingerprint))) throw new ArrivageError('no_such_resource');
    const detail = { fingerprint, before: before.hostKey };
    await audited(admin, tx, tenant, 'connector.confirm_host_key', detail);
    return knownConnector(tx, tenant);
  });
}
