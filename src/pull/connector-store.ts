import { findConnector, putConnector, type ConnectorRow } from '../db/queries/tenants/connectors.ts';
import type { Db, Tx } from '../db/client.ts';
import { beforeSealing } from '../db/queries/access/sealed-secrets.ts';
import { ArrivageError } from '../errors.ts';
import type { Connector } from '../model/connector.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { readPrivateKey } from './remote/private-key.ts';

/** Everything of a connector but its secrets and the host key, which is confirmed apart. */
export type ConnectorSettings = Omit<Connector, 'tenantId' | 'password' | 'privateKey' | 'passphrase' | 'hostKey'>;

/** What is absent stays as it is stored; null removes it. */
export type ConnectorSecrets = Partial<Pick<Connector, 'password' | 'privateKey' | 'passphrase'>>;

/** A connector as it may be shown. */
export interface ConnectorView extends ConnectorSettings {
  hostKey: string | null;
  hasPassword: boolean;
  hasPrivateKey: boolean;
  changedAt: Date;
}

const contexts = { password: 'password', privateKey: 'private-key', passphrase: 'passphrase' } as const;
const columns = {
  password: 'sealedPassword',
  privateKey: 'sealedPrivateKey',
  passphrase: 'sealedPassphrase',
} as const;
type SecretName = keyof typeof contexts;
type Sealed = Pick<ConnectorRow, 'tenantId' | (typeof columns)[SecretName]>;

const contextOf = (tenant: TenantId, name: SecretName): string => `connector/${tenant}/${contexts[name]}`;

/** The tenant's connector with its secrets opened. @throws master_key_missing */
export async function openConnector(db: Db, keyring: Keyring, tenant: TenantId): Promise<Connector | undefined> {
  const row = await findConnector(db, tenant);
  if (!row) return undefined;
  const { sealedPassword: _, sealedPrivateKey: __, sealedPassphrase: ___, changedAt: ____, ...settings } = row;
  return {
    ...settings,
    password: opened(keyring, row, 'password'),
    privateKey: opened(keyring, row, 'privateKey'),
    passphrase: opened(keyring, row, 'passphrase'),
  };
}

/**
 * Makes or replaces the tenant's connector. Stored secrets and the pinned host key stay only with the server that they
 * were given for, lest whoever may change the settings has a password sent to a server of their own.
 * @throws connector_secrets_needed where another server is named without secrets, private_key_unusable
 */
export async function storeConnector(
  { db }: { db: Db | Tx },
  keyring: Keyring,
  tenant: TenantId,
  settings: ConnectorSettings,
  secrets: ConnectorSecrets,
): Promise<ConnectorView> {
  return db.transaction(async (tx) => {
    await beforeSealing(tx);
    const stored = await findConnector(tx, tenant);
    const same = stored && isSameServer(stored, settings) ? stored : undefined;
    const given = Object.values(secrets).some((secret) => secret !== null);
    if (stored && !same && isSecured(stored) && !given) throw new ArrivageError('connector_secrets_needed');
    const sealed = (name: SecretName): string | null => {
      const secret = secrets[name];
      if (secret === undefined) return same?.[columns[name]] ?? null;
      return secret === null ? null : keyring.seal(secret, contextOf(tenant, name));
    };
    const row = {
      ...settings,
      tenantId: tenant,
      sealedPassword: sealed('password'),
      sealedPrivateKey: sealed('privateKey'),
      sealedPassphrase: sealed('passphrase'),
      hostKey: same?.hostKey ?? null,
    };
    if (secrets.privateKey !== undefined || secrets.passphrase !== undefined) refuseUnusableKey(keyring, row);
    return viewOf(await putConnector(tx, row));
  });
}

function opened(keyring: Keyring, row: Sealed, name: SecretName): string | null {
  const sealed = row[columns[name]];
  return sealed === null ? null : keyring.open(sealed, contextOf(row.tenantId, name));
}

/** Rather now, while who gave it is there, than at night. @throws private_key_unusable */
function refuseUnusableKey(keyring: Keyring, row: Sealed): void {
  const key = opened(keyring, row, 'privateKey');
  if (key !== null) readPrivateKey(key, opened(keyring, row, 'passphrase'));
}

export function viewOf(row: ConnectorRow): ConnectorView {
  const { tenantId: _, sealedPassword, sealedPrivateKey, sealedPassphrase: __, ...shown } = row;
  return { ...shown, hasPassword: sealedPassword !== null, hasPrivateKey: sealedPrivateKey !== null };
}

const isSameServer = (a: Pick<Connector, 'protocol' | 'host' | 'port'>, b: typeof a): boolean =>
  a.protocol === b.protocol && a.host.toLowerCase() === b.host.toLowerCase() && a.port === b.port;

const isSecured = ({ sealedPassword, sealedPrivateKey }: ConnectorRow): boolean =>
  sealedPassword !== null || sealedPrivateKey !== null;
