import type { SyncShape } from '../../api/contract/sync-schema.ts';

/** A count of all files of a sync together. */
export const sumOf = ({ files }: Pick<SyncShape, 'files'>, of: (file: SyncShape['files'][number]) => number): number =>
  files.reduce((sum, file) => sum + of(file), 0);
