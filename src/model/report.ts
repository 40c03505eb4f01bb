import type { Dataset } from './dataset.ts';
import type { Rejection } from './rejection.ts';
import type { GuardTrip, LeftAtSource, SyncFailure, SyncFile, Undone } from './sync.ts';
import type { SyncState } from './states.ts';
import type { Tenant } from './tenant.ts';

/** A rejection and the file of the sync in which it stands. */
export interface ReportedRejection extends Rejection {
  fileNo: number;
}

/** The immutable outcome of a sync, from which its report files are made. */
export interface Report {
  tenant: Pick<Tenant, 'id' | 'name' | 'language'>;
  syncId: number;
  state: SyncState;
  /** When the outcome stood; also the time in the names of the report files. */
  finishedAt: Date;
  /** Datasets that were expected and did not come. */
  missing: Dataset[];
  /** What a pull left at its source although it was taken; missing for any other sync. */
  leftAtSource?: LeftAtSource;
  guard: GuardTrip[];
  error: SyncFailure | null;
  /** Milliseconds of each stage. */
  durations: Record<string, number>;
  files: SyncFile[];
  /** The first rejections of each file, at most 20, in the order of lines. */
  rejections: ReportedRejection[];
  /** The sync that a revert undid, and what that took; missing for any other sync. */
  reverts?: { syncId: number; undone: readonly Undone[] };
  /** The sync that has undone this one since. */
  revertedBy?: number;
}
