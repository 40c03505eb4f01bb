import type { Dataset } from '../model/dataset.ts';
import type { FileContent } from '../model/identity.ts';
import type { Tenant } from '../model/tenant.ts';

/** A waiting upload, with what it turned out to hold. */
export interface Waiting {
  uploadId: string;
  path: string;
  receivedAt: Date;
  /** Orders them: a later one has a higher number, whatever the clock said. */
  arrival: number;
  content: Content;
  /** It was fetched from the tenant's own server. */
  pulled: boolean;
}

/** `done`: the file that says "all is there". */
export type Content = FileContent | 'done';

/** Whether somebody sent it for its rows, whatever became of them. */
export const isData = ({ content }: { content: Content }): boolean => content !== 'done' && content !== 'ignored';

/** Which uploads make the next sync now; or when to look again; or neither, until something else arrives. */
export interface Decision {
  gather: Waiting[];
  lookAgainAt?: Date;
}

type Rule = Pick<Tenant, 'trigger' | 'settleSeconds' | 'settleMaxSeconds' | 'expected'>;

/**
 * Decides by the tenant's trigger. `waiting` is in order of arrival.
 * `hurry`: somebody asked for a sync, so nothing is waited for.
 */
export function whatIsDue(tenant: Rule, waiting: readonly Waiting[], now: Date, hurry: boolean): Decision {
  const [first] = waiting;
  if (!first) return { gather: [] };
  if (tenant.trigger === 'each') return { gather: [first] };
  if (hurry) return { gather: [...waiting] };
  if (tenant.trigger === 'done-file') return { gather: upToDoneFile(waiting) };
  return afterSettling(tenant, waiting, first, now);
}

/** Everything that arrived before the latest done-file, and that file. */
function upToDoneFile(waiting: readonly Waiting[]): Waiting[] {
  return waiting.slice(0, waiting.findLastIndex(({ content }) => content === 'done') + 1);
}

/** What lies beside an export neither hastens nor delays it. */
function afterSettling(tenant: Rule, waiting: readonly Waiting[], earliest: Waiting, now: Date): Decision {
  if (missingDatasets(tenant, waiting).length === 0) return { gather: [...waiting] };
  const data = waiting.filter(isData);
  const first = data[0] ?? earliest;
  const last = data.at(-1) ?? waiting.at(-1) ?? first;
  const quiet = last.receivedAt.getTime() + tenant.settleSeconds * 1000;
  const longest = first.receivedAt.getTime() + tenant.settleMaxSeconds * 1000;
  const at = new Date(Math.min(quiet, longest));
  // Nothing waits longer than the longest: then the clock has been set back since it came.
  const isFarAhead = at.getTime() - now.getTime() > tenant.settleMaxSeconds * 1000;
  return at <= now || isFarAhead ? { gather: [...waiting] } : { gather: [], lookAgainAt: at };
}

/** The datasets of a complete delivery that these uploads do not hold. What holds no data is no delivery. */
export function missingDatasets(tenant: Pick<Tenant, 'expected'>, present: readonly { content: Content }[]): Dataset[] {
  const held = new Set<Content>(present.map(({ content }) => content));
  if (held.has('fec')) held.add('ecritures').add('clients');
  return tenant.expected.filter((dataset) => !held.has(dataset));
}

/**
 * Which of the uploads due are this sync's, and which wait for the next or were overtaken. Two uploads of one name
 * cannot be parts of one delivery: in a snapshot the later replaces the earlier, in a delta each has its turn. The same
 * goes for files of one dataset that were fetched under names of their own, which mostly bear a date; but all
 * the matches of a pattern, where not only the newest is taken, may be parts of one snapshot.
 */
export function splitDue(
  due: readonly Waiting[],
  isSnapshot: (content: Content) => boolean,
  takesNewest: (content: Content) => boolean,
): { now: Waiting[]; later: Waiting[]; overtaken: Waiting[] } {
  const split = { now: [] as Waiting[], later: [] as Waiting[], overtaken: [] as Waiting[] };
  const inTurn = ({ content, pulled }: Waiting) =>
    pulled && content !== 'unknown' && isData({ content }) && (!isSnapshot(content) || takesNewest(content));
  for (const [i, upload] of due.entries()) {
    const rivals = (other: Waiting) =>
      other.content === upload.content &&
      upload.content !== 'ignored' &&
      (other.path === upload.path || (inTurn(other) && inTurn(upload)));
    if (isSnapshot(upload.content)) split[due.slice(i + 1).some(rivals) ? 'overtaken' : 'now'].push(upload);
    else split[due.slice(0, i).some(rivals) ? 'later' : 'now'].push(upload);
  }
  return split;
}
