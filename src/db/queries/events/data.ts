import { entryText, fill, isErrorCode, readParams } from '../../../errors.ts';
import type { Dataset } from '../../../model/dataset.ts';
import type { StoredEventType } from '../../../model/stored-event.ts';
import type { SyncState } from '../../../model/states.ts';
import type { Counts, GuardTrip, SyncFailure } from '../../../model/sync.ts';
import type { Door, TenantId } from '../../../model/tenant.ts';
import type { NewEvent } from './outbox.ts';

/** Why, for people: a code of the catalogue where it is one, and its text in both languages. */
export interface Reason {
  code: string;
  fr: string;
  en: string;
}

/** What a sync did with the files of one dataset. */
export interface DatasetCounts extends Counts {
  files: number;
}

/** Data of `sync.completed`, `sync.held`, `sync.discarded` and `sync.failed`. */
export interface SyncEventData {
  tenant: TenantId;
  sync: number;
  state: SyncState;
  cause: string;
  finishedAt: string;
  incomplete: boolean;
  missing: Dataset[];
  datasets: Partial<Record<Dataset, DatasetCounts>>;
  /** Files that were put aside; each has an `upload.quarantined` of its own. */
  putAside: number;
  /** Remarks that somebody should read: see `isDoubt`. */
  doubts: number;
  guard: GuardTrip[];
  reason: Reason | null;
  links: { sync: string; report: string; rejections: string };
}

/** Data of `upload.quarantined`: a whole file that could not be used. */
export interface UploadEventData {
  tenant: TenantId;
  sync: number;
  upload: { id: string; name: string; size: number; sha256: string; door: Door; receivedAt: string };
  reason: Reason;
  links: { sync: string; content: string };
}

export interface SyncFacts {
  tenant: TenantId;
  sync: number;
  state: SyncState;
  cause: string;
  finishedAt: Date;
  incomplete: boolean;
  missing: Dataset[];
  guard: GuardTrip[] | null;
  error: SyncFailure | null;
  datasets: SyncEventData['datasets'];
  putAside: readonly UploadFacts[];
  doubts: number;
}

export interface UploadFacts extends Omit<UploadEventData['upload'], 'receivedAt'> {
  receivedAt: Date;
  reason: { code: string; params: Record<string, string> };
}

/** Characters of a name or a parameter, such as the headers of a file. */
const LONGEST = 300;

/** Pure: the events of a sync that has come to an end. Files that were put aside are told when they are. */
export function eventsOfSync(facts: SyncFacts): NewEvent[] {
  const type = typeOf(facts.state);
  if (type === undefined) return [];
  const putAside = facts.state === 'discarded' ? [] : facts.putAside;
  const aside = putAside.map((upload): NewEvent => ({
    type: 'upload.quarantined',
    syncId: facts.sync,
    data: { ...uploadData(facts, upload) },
  }));
  return [...aside, { type, syncId: facts.sync, data: { ...syncData(facts) } }];
}

function typeOf(state: SyncState): StoredEventType | undefined {
  if (state === 'applied' || state === 'unchanged' || state === 'dry_run') return 'sync.completed';
  if (state === 'held') return 'sync.held';
  if (state === 'discarded') return 'sync.discarded';
  return state === 'failed' ? 'sync.failed' : undefined;
}

function syncData({ error, putAside, finishedAt, guard, ...facts }: SyncFacts): SyncEventData {
  const path = `/v1/syncs/${facts.sync}`;
  const held = facts.state === 'held' ? reasonOf('held_by_guard', {}, '') : null;
  return {
    ...facts,
    finishedAt: finishedAt.toISOString(),
    guard: guard ?? [],
    putAside: putAside.length,
    reason: error ? reasonOf(error.code, { reference: `sync-${facts.sync}`, ...error.params }, error.message) : held,
    links: { sync: path, report: `${path}/report`, rejections: `${path}/rejections` },
  };
}

function uploadData({ tenant, sync }: SyncFacts, { reason, receivedAt, ...upload }: UploadFacts): UploadEventData {
  return {
    tenant,
    sync,
    upload: { ...upload, name: upload.name.slice(0, LONGEST), receivedAt: receivedAt.toISOString() },
    reason: reasonOf(reason.code, reason.params, reason.code),
    links: { sync: `/v1/syncs/${sync}`, content: `/v1/tenants/${tenant}/uploads/${upload.id}/content` },
  };
}

/** A code that is none of the catalogue, or lacks a parameter, is told by its English text alone. */
function reasonOf(code: string, params: Readonly<Record<string, string>>, otherwise: string): Reason {
  const short = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value.slice(0, LONGEST)]));
  const say = (language: 'fr' | 'en') => {
    const text = isErrorCode(code) ? entryText(code, language, readParams(short)) : fill(otherwise, short);
    return /\{\w+\}/.test(text) ? otherwise : text;
  };
  return { code, fr: say('fr'), en: say('en') };
}
