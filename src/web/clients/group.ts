import type { StatusShape } from '../../api/routes/operation.ts';

export type TenantStatus = StatusShape['tenants'][number];

/** What needs somebody first, in the order in which they are shown. */
export const groups = ['decide', 'failed', 'aside', 'now', 'validation', 'good', 'suspended'] as const;
export type Group = (typeof groups)[number];

/** Where a client stands on the list: by what most needs somebody. */
export function groupOf({ state, held, failed, aside, running, queued, waiting, lastApplied }: TenantStatus): Group {
  if (state === 'suspended') return 'suspended';
  if (held > 0) return 'decide';
  if (failed > 0) return 'failed';
  if (aside > 0 && lastApplied === null) return 'aside';
  if (running + queued + waiting > 0) return 'now';
  return state === 'validation' ? 'validation' : 'good';
}
