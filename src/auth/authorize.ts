import type { ErrorCode } from '../errors.ts';
import type { Credential, Protocol, Tenant, TenantId } from '../model/tenant.ts';
import { inRanges } from '../base/address.ts';

export interface Attempt {
  protocol: Protocol;
  address: string;
  /** The password came over an unencrypted connection. */
  cleartext: boolean;
  /** The tenant to whom the port belongs, where it belongs to one. */
  onlyTenant: TenantId | undefined;
}

/** Why someone whose password or key is right may not come in; `undefined` lets them. */
export function refusalOf(
  credential: Pick<Credential, 'tenantId' | 'protocols' | 'ipRanges' | 'allowCleartextFtp'>,
  { state, requireTls }: Pick<Tenant, 'state' | 'requireTls'>,
  attempt: Attempt,
): ErrorCode | undefined {
  if (attempt.onlyTenant !== undefined && attempt.onlyTenant !== credential.tenantId) return 'login_refused';
  if (state === 'suspended') return 'tenant_suspended';
  if (!credential.protocols.includes(attempt.protocol)) return 'protocol_refused';
  if (credential.ipRanges.length > 0 && !inRanges(credential.ipRanges, attempt.address)) return 'address_refused';
  if (attempt.cleartext && (requireTls || !credential.allowCleartextFtp)) return 'tls_required';
  return undefined;
}
