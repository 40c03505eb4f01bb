import type { Dataset } from './dataset.ts';

/** Lower case letters, digits and dashes, 2 to 40, first a letter: safe in a path, a queue name and a URL. */
export type TenantId = string;

/** How what names things is written, on the command line as over the API. */
export const grammar = {
  tenantId: /^[a-z][a-z0-9-]{1,39}$/,
  username: /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/,
  donePattern: /^[^/\\]{1,100}$/,
  fecAccount: /^[0-9A-Za-z]{1,20}$/,
} as const;

export const triggers = ['settle', 'each', 'done-file'] as const;
export type Trigger = (typeof triggers)[number];

/** `validation`: syncs are dry runs. `live`: they apply. `suspended`: no session opens, nothing runs. */
export type TenantState = 'validation' | 'live' | 'suspended';

export type Language = 'fr' | 'en';

export interface Tenant {
  id: TenantId;
  name: string;
  state: TenantState;
  trigger: Trigger;
  /** Shell patterns of the file that says "all is there". */
  donePatterns: string[];
  /** Seconds of quiet before a sync gathers what came, and the longest it waits in all. */
  settleSeconds: number;
  settleMaxSeconds: number;
  /** The datasets that a complete delivery holds. */
  expected: Dataset[];
  multiContact: boolean;
  defaultCompany: string;
  language: Language;
  /** Account prefixes that make an FEC line an entry. */
  fecAccounts: string[];
  /** Shares between 0 and 1. */
  guardSettle: number;
  guardRows: number;
  /** Cleartext FTP is refused, whatever a credential allows. */
  requireTls: boolean;
  quotaBytes: number;
  maxFileBytes: number;
}

export const protocols = ['sftp', 'ftp', 'http'] as const;
export type Protocol = (typeof protocols)[number];

/** Any way in for files. */
export type Door = 'sftp' | 'ftp' | 'http' | 'drop' | 'pull' | 'import';

/**
 * Whether FTP data connections must resume the control connection's TLS session, which nobody else can. `prefer`: once
 * a data connection of the control connection has. rclone and others share sessions between control connections, and
 * can do neither.
 */
export const tlsResumptions = ['off', 'prefer', 'require'] as const;
export type TlsResumption = (typeof tlsResumptions)[number];

export interface Credential {
  id: string;
  tenantId: TenantId;
  username: string;
  protocols: Protocol[];
  allowCleartextFtp: boolean;
  tlsResumption: TlsResumption;
  /** CIDR ranges; empty allows every address. */
  ipRanges: string[];
}
