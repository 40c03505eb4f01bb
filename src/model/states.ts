/** What becomes of an upload: docs/states.md draws it. */
export const uploadStates = [
  'waiting',
  'gathered',
  'superseded',
  'unrecognised',
  'quarantined',
  'ignored',
  'done_file',
] as const;
export type UploadState = (typeof uploadStates)[number];

/** What becomes of a sync: docs/states.md draws it. */
export const syncStates = [
  'queued',
  'running',
  'applied',
  'unchanged',
  'dry_run',
  'held',
  'discarded',
  'failed',
] as const;
export type SyncState = (typeof syncStates)[number];
