import type { SyncFile } from '../model/sync.ts';

const counts = [
  'read',
  'inserted',
  'updated',
  'unchanged',
  'rejected',
  'skipped',
  'duplicate',
  'settled',
  'reopened',
] as const;

/** `2000 read, 1997 inserted, 3 rejected`: what is zero is left out. */
export function countsText(files: readonly SyncFile[]): string {
  const sums = counts.map((name) => ({ name, sum: files.reduce((total, file) => total + file[name], 0) }));
  const said = sums.filter(({ sum }) => sum > 0).map(({ name, sum }) => `${sum} ${name}`);
  return said.join(', ') || 'nothing read';
}
