import { join } from 'node:path';
import { grammar, type TenantId } from '../model/tenant.ts';

export const areas = ['partial', 'committed', 'reports'] as const;
export type Area = (typeof areas)[number];

/** Characters of an id, a UUID; the name of a note or a draft goes on behind it. */
export const ID_LENGTH = 36;

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The one place where ids become paths. What is not an id of our own making is a bug, never a client's input: it
 * throws a plain error.
 */
export function layout(root: string) {
  const folder = (area: Area, tenant: TenantId): string => {
    if (!grammar.tenantId.test(tenant)) throw new Error(`not a tenant id: ${JSON.stringify(tenant)}`);
    return join(root, area, tenant);
  };
  const file = (area: Area, tenant: TenantId, id: string): string => {
    if (!isId(id)) throw new Error(`not an id of the spool: ${JSON.stringify(id)}`);
    return join(folder(area, tenant), id);
  };
  return {
    area: (area: Area): string => join(root, area),
    folder,
    file,
    sidecar: (tenant: TenantId, id: string): string => file('partial', tenant, id) + '.json',
  };
}

export type Layout = ReturnType<typeof layout>;

export function isId(text: string): boolean {
  return ID.test(text);
}
