export const storedEventTypes = [
  'sync.completed',
  'sync.failed',
  'sync.held',
  'sync.discarded',
  'upload.quarantined',
  'upload.expected_missing',
] as const;
/** What is stored for feeds, webhooks and e-mail. `sync.completed`: applied, unchanged or a dry run. */
export type StoredEventType = (typeof storedEventTypes)[number];
