import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';
import { deliverJob } from './deliveries.ts';
import { mailJob } from './mails.ts';

/**
 * Queues what a stored event sets off: a delivery to each webhook, and a mail to each recipient, that wants its type.
 * One statement that also marks the event, so that it happens once, however often the job runs. A recipient who is told
 * of a sync is not told of each file that it put aside: the mail about the sync says so.
 */
export async function fanOut(sql: Sql, tenant: TenantId, eventId: number, byMail: boolean): Promise<void> {
  const delivery = {
    tenant: sql`made.tenant_id`,
    webhook: sql`made.webhook_id`,
    delivery: sql`made.id`,
    at: sql`now()`,
  };
  const mail = {
    ...{ tenant: sql`e.tenant_id`, email: sql`r.email` },
    payload: sql`json_build_object('tenant', e.tenant_id, 'event', e.id, 'email', r.email)`,
    key: sql`'event:' || e.id || ':' || r.email`,
  };
  await sql`
    with event as (
      update events set fanned_out_at = now()
      where tenant_id = ${tenant} and id = ${eventId} and fanned_out_at is null returning *
    ), made as (
      insert into deliveries (tenant_id, webhook_id, event_id, type, payload, next_attempt_at)
      select e.tenant_id, w.id, e.id, e.type, jsonb_build_object('type', e.type, 'data', e.data,
        'timestamp', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), now()
      from event e join webhooks w on w.tenant_id = e.tenant_id
      where w.enabled and (w.types = '{}' or e.type = any(w.types))
      on conflict do nothing returning tenant_id, webhook_id, id
    )
    select ${deliverJob(sql, delivery)} from made
    union all
    select ${mailJob(sql, mail)}
    from event e join recipients r on r.tenant_id = e.tenant_id
    where ${byMail} and (r.types = '{}' or e.type = any(r.types))
      and not (e.type = 'upload.quarantined' and exists (
        select from events o where o.tenant_id = e.tenant_id and o.sync_id = e.sync_id and o.type like 'sync.%'
          and (r.types = '{}' or o.type = any(r.types))))`;
}
