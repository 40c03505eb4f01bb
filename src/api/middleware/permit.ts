import type { MiddlewareHandler } from 'hono';
import { findTenant } from '../../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../../errors.ts';
import type { Caller, KeyScope } from '../../model/api-key.ts';
import type { TenantId } from '../../model/tenant.ts';
import type { ApiContext, ApiEnv } from '../contract/context.ts';

const rank: Readonly<Record<KeyScope, number>> = { read: 0, sync: 1, manage: 2, operator: 3 };

/** Each scope includes those before it: read, sync, manage, operator. */
const hasScope = ({ scope }: Caller, needed: KeyScope): boolean => rank[scope] >= rank[needed];

/** The operator reaches every tenant. */
export const reaches = ({ tenant }: Caller, other: TenantId): boolean => tenant === null || tenant === other;

/**
 * Lets a caller with the scope pass, and finds the tenant that the path names. A tenant that is another's looks like
 * one that does not exist, whatever the scope.
 * @throws no_such_resource, scope_too_small
 */
export function permit(needed: KeyScope): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const id = c.req.param('tenant');
    if (id !== undefined) c.set('tenant', await namedTenant(c, id));
    requireScope(c, needed);
    return next();
  };
}

/** @throws scope_too_small */
export function requireScope(c: ApiContext, needed: KeyScope): void {
  if (hasScope(c.var.caller, needed)) return;
  noteRefusal(c, 'scope_too_small');
  throw new ArrivageError('scope_too_small', { scope: needed });
}

async function namedTenant(c: ApiContext, id: TenantId) {
  const isOwn = reaches(c.var.caller, id);
  const tenant = isOwn ? await findTenant(c.var.options.database.db, id) : undefined;
  if (!isOwn) noteRefusal(c, 'no_such_resource');
  if (!tenant) throw new ArrivageError('no_such_resource');
  return tenant;
}

/**
 * For paths that name a thing and not its tenant, such as `/v1/syncs/{id}`.
 * @returns what was found, if it exists and is the caller's @throws no_such_resource
 */
export function owned<T extends { tenantId: TenantId }>(c: ApiContext, found: T | undefined): T {
  if (found && reaches(c.var.caller, found.tenantId)) return found;
  // Whether it is another's or nobody's: an audit that tells the two apart would tell which things exist.
  if (c.var.caller.tenant !== null) noteRefusal(c, 'no_such_resource');
  throw new ArrivageError('no_such_resource');
}

function noteRefusal(c: ApiContext, reason: string): void {
  const { caller, options } = c.var;
  options.auditLog.add({
    tenantId: caller.tenant ?? '',
    actor: caller.name,
    action: 'request.refused',
    detail: { method: c.req.method, path: c.req.path.slice(0, 200), reason },
  });
}
