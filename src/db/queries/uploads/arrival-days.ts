import type { Dataset } from '../../../model/dataset.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Sql } from '../../client.ts';
import { lockEvents, recordEvent } from '../events/outbox.ts';

/** A day, in Paris, on which a dataset came, and the minute of that day at which it came first. */
export interface ArrivalDay {
  tenant: TenantId;
  dataset: Dataset;
  day: string;
  minutes: number;
}

/**
 * When each dataset came, by day, of tenants that are not suspended, nor have uploads of the last hour that no sync
 * has looked into yet: what those hold is not known. An FEC counts as écritures, not as the clients that it names.
 */
export async function arrivalDays(sql: Sql, since: Date, now: Date): Promise<ArrivalDay[]> {
  return sql<ArrivalDay[]>`
    with came as (
      select u.tenant_id, max(f.dataset) as dataset, u.received_at at time zone 'Europe/Paris' as local
      from uploads u join sync_files f on f.tenant_id = u.tenant_id and f.upload_id = u.id and f.dataset is not null
      where u.received_at >= ${since} and u.received_at <= ${now}
      group by u.tenant_id, u.id, u.received_at
    )
    select tenant_id as tenant, dataset, to_char(local, 'YYYY-MM-DD') as day,
      min(extract(hour from local) * 60 + extract(minute from local))::int as minutes
    from came join tenants t on t.id = tenant_id
    where t.state <> 'suspended' and not exists (
      select from uploads w left join syncs s on s.tenant_id = w.tenant_id and s.id = w.sync_id
      where w.tenant_id = t.id and w.received_at > ${now}::timestamptz - interval '1 hour'
        and (w.state = 'waiting' or w.state = 'gathered' and s.state in ('queued', 'running')))
    group by 1, 2, 3 order by 1, 2, 3`;
}

/** Tells that a dataset is missing, once for each day. @returns whether it was not told before */
export async function recordMissing(
  sql: Sql,
  data: { tenant: TenantId; dataset: Dataset; day: string } & Record<string, unknown>,
): Promise<boolean> {
  return sql.begin(async (tx) => {
    await lockEvents(tx);
    const told = await tx`
      select from events where tenant_id = ${data.tenant} and type = 'upload.expected_missing'
        and data->>'dataset' = ${data.dataset} and data->>'day' = ${data.day} limit 1`;
    if (told.length > 0) return false;
    await recordEvent(tx, data.tenant, 'upload.expected_missing', null, data);
    return true;
  });
}
