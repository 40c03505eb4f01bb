import type { TenantId } from './tenant.ts';

export const keyScopes = ['operator', 'read', 'sync', 'manage'] as const;
/** `operator`: everything. The others are of one tenant, each includes the one before: read, sync, manage. */
export type KeyScope = (typeof keyScopes)[number];

/** Who sends a request to the API. */
export interface Caller {
  keyId: string;
  /** As the audit names it. */
  name: string;
  scope: KeyScope;
  /** `null` for the operator. */
  tenant: TenantId | null;
}
