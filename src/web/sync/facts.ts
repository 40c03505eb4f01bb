import type { SyncShape } from '../../api/contract/sync-schema.ts';
import type { ChangeShape } from '../../api/routes/feed.ts';
import type { RejectionShape } from '../../api/routes/sync-outcome.ts';
import type { Reader } from '../frame/parts.tsx';

/** What the page of a sync shows. */
export interface SyncFacts {
  sync: SyncShape;
  headline: string | undefined;
  rejections: readonly RejectionShape[];
  /** The first of them. */
  changes: readonly ChangeShape[];
  hasMoreChanges: boolean;
  /** It is the latest that can be undone. */
  isLatest: boolean;
  reader: Reader;
  /** What was wrong with a decision. */
  wrong?: string;
}
