import type { Dataset } from './dataset.ts';
import type { FixedScope } from './scope.ts';
import type { TenantId } from './tenant.ts';

export const connectorProtocols = ['sftp', 'ftp', 'ftps', 'ftps-implicit'] as const;
/** `ftp` is unprotected; `ftps` is explicit TLS (AUTH TLS). */
export type ConnectorProtocol = (typeof connectorProtocols)[number];

/**
 * Which file of the remote directory holds a dataset: a name, or a pattern with `*`, `?` and dates in braces
 * (`ecritures_{yyyyMMdd}.csv`). `newest`: of several matches only the latest; `all`: every new one, oldest first.
 */
export interface FetchRule {
  pattern: string;
  take: 'newest' | 'all';
  /** Where no rule of the mapping matches the file's name. */
  scope?: FixedScope;
}

/** What becomes of a remote file once its upload is committed. */
export type AfterReading = { kind: 'leave' } | { kind: 'move'; folder: string } | { kind: 'delete' };

/** A tenant's link to its own server, with its secrets opened: never logged, never returned. */
export interface Connector {
  tenantId: TenantId;
  protocol: ConnectorProtocol;
  host: string;
  port: number;
  username: string;
  password: string | null;
  privateKey: string | null;
  passphrase: string | null;
  directory: string;
  files: Partial<Record<Dataset, FetchRule>>;
  afterReading: AfterReading;
  stableSeconds: number;
  doneFile: string | null;
  hostKey: string | null;
  certificateFingerprint: string | null;
  ca: string | null;
}

/** A file of the remote directory. `modified` is null where the server does not tell it. */
export interface RemoteFile {
  name: string;
  size: number;
  modified: Date | null;
}
