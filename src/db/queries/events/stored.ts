import { and, eq } from 'drizzle-orm';
import type { StoredEventType } from '../../../model/stored-event.ts';
import type { TenantId } from '../../../model/tenant.ts';
import type { Db } from '../../client.ts';
import { events } from '../../schema/notify.ts';

export interface StoredEvent {
  id: number;
  type: StoredEventType;
  syncId: number | null;
  data: Record<string, unknown>;
}

export async function findEvent(db: Db, tenantId: TenantId, id: number): Promise<StoredEvent | undefined> {
  const { type, syncId, data } = events;
  const [row] = await db
    .select({ id: events.id, type, syncId, data })
    .from(events)
    .where(and(eq(events.tenantId, tenantId), eq(events.id, id)));
  return row;
}
