import { describe, expect, it } from 'vitest';
import { openAuditLog } from '../../src/auth/audit-log.ts';
import { removeTenant } from '../../src/transfer/remove-tenant.ts';
import { addTenant, sharedDatabase, testDepot } from '../support/server.ts';
import { until } from '../support/clients.ts';

const database = sharedDatabase();

const stored = () => database().sql`
  select tenant_id, action, detail from audit where action <> 'tenant.delete' order by action, detail->>'n'`;

describe('what waits to be put on record of a tenant that is deleted meanwhile', () => {
  it('is the operator’s, with the count of what was not listed; a tenant that is there keeps its own', async () => {
    const depot = await testDepot({ database: database() });
    await addTenant(depot);
    await addTenant(depot, { id: 'other', name: 'Other' });
    const auditLog = openAuditLog(database(), depot.log);
    for (let n = 0; n < 103; n++)
      auditLog.add({ tenantId: 'acme', actor: 'acme-export', action: 'file.delete', detail: { n } });
    auditLog.add({ tenantId: 'other', actor: 'other-export', action: 'sign_in', detail: {} });
    await removeTenant(depot, 'acme', 'ann');
    await auditLog.close();
    const rows = await stored();
    expect(rows.filter(({ tenant_id: of }) => of === 'acme')).toEqual([]);
    expect(rows.filter(({ action }) => action === 'file.delete')).toHaveLength(100);
    expect(rows).toContainEqual({ tenant_id: '', action: 'not_listed', detail: { count: 3, tenant: 'acme' } });
    expect(rows).toContainEqual({ tenant_id: 'other', action: 'sign_in', detail: {} });
  });

  it('goes with the tenant where it was written between the deletion of its entries and its own', async () => {
    const depot = await testDepot({ database: database() });
    await addTenant(depot);
    const { sql } = database();
    const auditLog = openAuditLog(database(), depot.log);
    // Somebody holds the tenant, so that its deletion has to wait with its entries gone.
    let letGo: () => void = () => undefined;
    const held = sql.begin(async (tx) => {
      await tx`select from tenants where id = 'acme' for key share`;
      await new Promise<void>((resolve) => (letGo = resolve));
    });
    const removing = removeTenant(depot, 'acme', 'ann');
    await until('the deletion waits', async () => {
      const waiting = await sql`
        select from pg_stat_activity where wait_event_type = 'Lock' and query like 'delete from "tenants"%'
          and datname = current_database()`;
      return waiting.length > 0;
    });
    auditLog.add({ tenantId: 'acme', actor: 'acme-export', action: 'file.get', detail: {} });
    await auditLog.close();
    expect((await stored()).map(({ tenant_id: of }) => of as string)).toEqual(['acme']);
    letGo();
    await Promise.all([held, removing]);
    expect((await stored()).filter(({ tenant_id: of }) => of === 'acme')).toEqual([]);
  });
});
