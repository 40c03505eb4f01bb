import type { Database } from '../../db/client.ts';
import { digestFacts } from '../../db/queries/events/digest.ts';
import type { SyncEventData, UploadEventData } from '../../db/queries/events/data.ts';
import { firstRejections } from '../../db/queries/rows/rejections.ts';
import { findEvent, type StoredEvent } from '../../db/queries/events/stored.ts';
import { findSync } from '../../db/queries/syncs/syncs.ts';
import type { Language, Tenant } from '../../model/tenant.ts';
import { DIGEST_MINUTES } from '../digest-time.ts';
import type { MissingEventData } from '../expected.ts';
import { dayPlus, instantOf } from '../paris.ts';
import { digestLetter } from './digest-letter.ts';
import type { Letter } from './letter.ts';
import { missingLetter } from './missing-letter.ts';
import { syncLetter } from './sync-letter.ts';
import { uploadLetter } from './upload-letter.ts';

/** Rejections that a message shows of each file. */
const REJECTIONS = 5;

/** What is written about a stored event; undefined where it is gone meanwhile. */
export async function eventLetter(
  database: Database,
  tenant: Tenant,
  language: Language,
  eventId: number,
): Promise<Letter | undefined> {
  const event = await findEvent(database.db, tenant.id, eventId);
  switch (event?.type) {
    case undefined:
      return undefined;
    case 'upload.quarantined':
      return uploadLetter(language, tenant.name, event.data as unknown as UploadEventData);
    case 'upload.expected_missing':
      return missingLetter(language, tenant.name, event.data as unknown as MissingEventData);
    case 'sync.completed':
    case 'sync.held':
    case 'sync.discarded':
    case 'sync.failed':
      return aboutSync(database, tenant, language, event);
  }
}

/** The outcome is the event's: a held sync may have been approved and have run again since. */
async function aboutSync(
  { db, sql }: Database,
  tenant: Tenant,
  language: Language,
  event: StoredEvent,
): Promise<Letter | undefined> {
  const { state, finishedAt, missing, guard } = event.data as unknown as SyncEventData;
  const sync = event.syncId === null ? undefined : await findSync(db, event.syncId);
  if (!sync || sync.tenantId !== tenant.id) return undefined;
  return syncLetter({
    tenant: { id: tenant.id, name: tenant.name, language },
    ...{ syncId: sync.id, state, finishedAt: new Date(finishedAt), missing, guard },
    ...{ error: sync.error, durations: {}, files: sync.files },
    rejections: await firstRejections(sql, { tenantId: tenant.id, syncId: sync.id }, REJECTIONS),
    ...(sync.leftAtSource && { leftAtSource: sync.leftAtSource }),
    ...(sync.reverts !== null && { reverts: { syncId: sync.reverts, undone: sync.undone ?? [] } }),
  });
}

/** The digest of a day: of the 24 hours (23 or 25 where the clocks change) before its time. */
export async function dayLetter(
  { sql }: Database,
  tenant: Tenant,
  language: Language,
  day: string,
): Promise<Letter | undefined> {
  const from = instantOf({ day: dayPlus(day, -1), minutes: DIGEST_MINUTES });
  const to = instantOf({ day, minutes: DIGEST_MINUTES });
  return digestLetter(language, tenant.name, { day, from, to }, await digestFacts(sql, tenant.id, from, to));
}
