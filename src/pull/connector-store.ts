import { findConnector, putConnector, type ConnectorRow } from '../db/connectors.ts';
import type { Db, Tx } from '../db/client.ts';
import { beforeSealing } from '../db/sealed-secrets.ts';
import { ArrivageError } from '../errors.ts';
import type { Connector } from '../model/connector.ts';
import type { TenantId } from '../model/tenant.ts';
import type { Keyring } from '../secrets/keyring.ts';

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
type SecretName = keyof typeof contexts;

const contextOf = (tenant: TenantId, name: SecretName): string => `connector/${tenant}/${contexts[name]}`;

/** The tenant's connector with its secrets opened. @throws Error where a master key is missing */
export async function openConnector(db: Db, keyring: Keyring, tenant: TenantId): Promise<Connector | undefined> {
  const row = await findConnector(db, tenant);
  if (!row) return undefined;
  const { sealedPassword, sealedPrivateKey, sealedPassphrase, changedAt: _, ...settings } = row;
  const opened = (name: SecretName, sealed: string | null) =>
    sealed === null ? null : keyring.open(sealed, contextOf(tenant, name));
  return {
    ...settings,
    password: opened('password', sealedPassword),
    privateKey: opened('privateKey', sealedPrivateKey),
    passphrase: opened('passphrase', sealedPassphrase),
  };
}

/**
 * Makes or replaces the tenant's connector. Stored secrets and the pinned host key stay only with the server that they
 * were given for, lest whoever may change the settings has a password sent to a server of their own.
 * @throws connector_secrets_needed where another server is named without secrets
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
    const sealed = (name: SecretName, kept: string | null | undefined): string | null => {
      const secret = secrets[name];
      if (secret === undefined) return kept ?? null;
      return secret === null ? null : keyring.seal(secret, contextOf(tenant, name));
    };
    const row = await putConnector(tx, {
      ...settings,
      tenantId: tenant,
      sealedPassword: sealed('password', same?.sealedPassword),
      sealedPrivateKey: sealed('privateKey', same?.sealedPrivateKey),
      sealedPassphrase: sealed('passphrase', same?.sealedPassphrase),
      hostKey: same?.hostKey ?? null,
    });
    return viewOf(row);
  });
}

export function viewOf(row: ConnectorRow): ConnectorView {
  const { tenantId: _, sealedPassword, sealedPrivateKey, sealedPassphrase: __, ...shown } = row;
  return { ...shown, hasPassword: sealedPassword !== null, hasPrivateKey: sealedPrivateKey !== null };
}

const isSameServer = (a: Pick<Connector, 'protocol' | 'host' | 'port'>, b: typeof a): boolean =>
  a.protocol === b.protocol && a.host.toLowerCase() === b.host.toLowerCase() && a.port === b.port;

const isSecured = ({ sealedPassword, sealedPrivateKey }: ConnectorRow): boolean =>
  sealedPassword !== null || sealedPrivateKey !== null;
